package org.zimage.system;

import jakarta.json.Json;
import jakarta.json.JsonObject;

/** What the tests ask for. */
final class Requests {
  private Requests() {}

  /** Done in a moment. */
  static JsonObject small(String prompt, long seed) {
    return Json.createObjectBuilder().add("prompt", prompt).add("seed", seed).add("width", 512).add("height", 512).build();
  }

  /** Takes seconds: long enough to be interrupted. */
  static JsonObject slow(long seed) {
    return Json.createObjectBuilder().add("prompt", "a small red house on green hills at sunset").add("seed", seed)
        .add("width", 2048).add("height", 2048).add("num_inference_steps", 50).build();
  }
}
