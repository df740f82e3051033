package org.zimage.api.lora;

import java.util.List;

/**
 * The answer of {@code GET /v1/loras}: the adapters that requests may name.
 *
 * @param loras by their names
 */
public record Loras(List<Available> loras) {
  /**
   * One adapter.
   *
   * @param bytes the size of its file
   */
  public record Available(String name, String sha256, long bytes) { }
}
