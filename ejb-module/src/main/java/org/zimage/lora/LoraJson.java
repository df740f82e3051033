package org.zimage.lora;

import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.util.List;
import org.zimage.api.json.Bodies;
import org.zimage.api.lora.Lora;
import org.zimage.request.JsonText;

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
      return json == null ? null : JsonText.parse(json).asJsonArray().getValuesAs(JsonObject.class).stream().map(LoraJson::lora).toList();
    } catch (JsonException | ClassCastException | NullPointerException unreadable) {
      throw new IllegalArgumentException("loras are a list of names, strengths and checksums (got " + json + ")", unreadable);
    }
  }

  private static Lora lora(JsonObject json) {
    return new Lora(json.getString("name"), json.getJsonNumber("strength").doubleValue(), json.getString("sha256", null));
  }
}
