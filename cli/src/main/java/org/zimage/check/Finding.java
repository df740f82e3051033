package org.zimage.check;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;

/**
 * What was found out about one thing.
 *
 * @param subject what was looked at
 * @param found what is there
 * @param remedy what to do about it; null if it is well
 */
record Finding(String subject, String found, String remedy) {
  static Finding well(String subject, String found) {
    return new Finding(subject, found, null);
  }

  static Finding wrong(String subject, String found, String remedy) {
    return new Finding(subject, found, remedy);
  }

  /** A finding that is well if {@code well} is true. */
  static Finding that(boolean well, String subject, String found, String remedy) {
    return new Finding(subject, found, well ? null : remedy);
  }

  boolean isWell() {
    return remedy == null;
  }

  JsonObject toJson() {
    JsonObjectBuilder json = Json.createObjectBuilder().add("subject", subject).add("ok", isWell()).add("found", found);
    return (isWell() ? json.addNull("remedy") : json.add("remedy", remedy)).build();
  }

  static Finding of(JsonObject json) {
    return new Finding(json.getString("subject"), json.getString("found"), json.getString("remedy", null));
  }
}
