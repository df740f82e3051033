package org.zimage.web.body;

import java.time.Duration;
import org.zimage.request.JsonText;

/**
 * How far a body may go.
 *
 * @param bytes at most
 * @param longest how long it may take to arrive
 * @param rule what the callers are told whose bodies are longer; null where the route refuses them itself
 */
record BodyLimit(long bytes, Duration longest, String rule) {
  /** What every route takes. */
  static final BodyLimit ORDINARY = new BodyLimit(JsonText.MAX_BYTES, Duration.ofSeconds(30), null);

  /** Of a request with pictures, which may come by a slow line. */
  static BodyLimit withPictures(long bytes) {
    return new BodyLimit(bytes, Duration.ofMinutes(5), "with its pictures a request has at most " + bytes
        + " bytes; send smaller pictures, or have the limit ZIMAGE_MAX_INPUT_BYTES raised");
  }

  /** Of an adapter's file. */
  static BodyLimit ofAdapter(long bytes) {
    return new BodyLimit(bytes, Duration.ofHours(1), "the file of an adapter has at most " + bytes
        + " bytes; put it into the folder ZIMAGE_LORA_DIR, or have the limit ZIMAGE_MAX_LORA_BYTES raised");
  }
}
