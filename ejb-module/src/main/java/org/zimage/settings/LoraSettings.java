package org.zimage.settings;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where adapters are.
 *
 * @param folder ZIMAGE_LORA_DIR: those that people put there
 * @param cache ZIMAGE_LORA_CACHE: copies of those that were uploaded, while they are checked and drawn with
 * @param maxBytes ZIMAGE_MAX_LORA_BYTES: of one that is uploaded
 */
public record LoraSettings(Path folder, Path cache, long maxBytes) {
  private static final long DEFAULT_MAX_BYTES = 1L << 30;
  private static final long LEAST_MAX_BYTES = 1L << 20;
  /** More of one tensor cannot be mapped, and all bodies together have twice as much. */
  private static final long MOST_MAX_BYTES = 2L << 30;

  public static final LoraSettings DEFAULT = read(new Settings.Reader(Map.of()));

  static LoraSettings read(Settings.Reader reader) {
    return new LoraSettings(reader.folder("ZIMAGE_LORA_DIR", "loras"), reader.folder("ZIMAGE_LORA_CACHE", "lora-cache"),
        reader.bytes("ZIMAGE_MAX_LORA_BYTES", DEFAULT_MAX_BYTES, LEAST_MAX_BYTES, MOST_MAX_BYTES));
  }
}
