package org.zimage.lora;

import jakarta.json.bind.JsonbException;
import java.util.List;
import org.zimage.api.Lora;
import org.zimage.json.Bodies;

/** The adapters of a task as its row has them. */
public final class LoraJson {
  private LoraJson() { }

  /** @return null for none */
  public static String write(List<Lora> loras) {
    return loras == null || loras.isEmpty() ? null : Bodies.text(loras);
  }

  /**
   * @return null for none
   * @throws IllegalArgumentException if another version has written something else
   */
  public static List<Lora> read(String json) {
    try {
      return json == null ? null : List.of(Bodies.JSONB.fromJson(json, Lora[].class));
    } catch (JsonbException unreadable) {
      throw new IllegalArgumentException("loras are a list of names, strengths and checksums (got " + json + ")", unreadable);
    }
  }
}
