package org.zimage.api.lora;

import jakarta.json.bind.annotation.JsonbNillable;

/**
 * An adapter that a picture is made with.
 *
 * @param name as {@code GET /v1/loras} lists it
 * @param strength how much of it is added: 1 as it was trained, below 0 its opposite; -4 to 4
 * @param sha256 of its file, in results; null in requests
 */
public record Lora(String name, @JsonbNillable(false) Double strength, @JsonbNillable(false) String sha256) {
  /** The strength furthest from 0. */
  public static final double MAX_STRENGTH = 4;
  /** How many a picture may have. */
  public static final int MAX_LORAS = 8;

  /** One for a request. */
  public static Lora of(String name, double strength) {
    return new Lora(name, strength, null);
  }
}
