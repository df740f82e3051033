package org.zimage.web.body;

import java.time.Duration;
import org.zimage.request.JsonText;

/**
 * How far a body may go.
 *
 * @param bytes at most
 * @param longest how long it may take to arrive
 */
record BodyLimit(long bytes, Duration longest) {
  /** What every route takes. */
  static final BodyLimit ORDINARY = new BodyLimit(JsonText.MAX_BYTES, Duration.ofSeconds(30));

  /** Of a request with pictures, which may come by a slow line. */
  static final Duration LONGEST_WITH_PICTURES = Duration.ofMinutes(5);
}
