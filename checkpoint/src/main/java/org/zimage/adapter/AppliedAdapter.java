package org.zimage.adapter;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.util.List;

/**
 * An adapter, and how much of it is added.
 *
 * @param strength 1 as it was trained, 0 for nothing, below 0 for its opposite
 */
public record AppliedAdapter(Adapter adapter, double strength) {
  /** The strength furthest from 0. */
  public static final double MAX_STRENGTH = 4;
  /** How many one picture may have. */
  public static final int MAX_ADAPTERS = 8;

  public AppliedAdapter {
    if (!(Math.abs(strength) <= MAX_STRENGTH)) {
      throw new IllegalArgumentException("strength must be from -4 to 4 (got " + strength + ")");
    }
  }

  /** A JSON array with name, strength and checksum of each, as a picture's file carries it. */
  public static String describe(List<AppliedAdapter> adapters) {
    JsonArrayBuilder list = Json.createArrayBuilder();
    for (AppliedAdapter applied : adapters) {
      list.add(Json.createObjectBuilder().add("name", applied.adapter().name()).add("strength", applied.strength())
          .add("sha256", applied.adapter().checksum()));
    }
    return list.build().toString();
  }
}
