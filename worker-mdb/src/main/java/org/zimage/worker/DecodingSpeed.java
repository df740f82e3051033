package org.zimage.worker;

import java.time.Duration;

/**
 * How fast this worker's model decodes. While a picture is decoded the next task is claimed only if that takes no
 * longer than a second: it would wait here while another worker is free, and beside a longer decoding the time between
 * two tasks is nothing. Thread-safe.
 */
final class DecodingSpeed {
  private static final double SHORT_NANOS = 1e9;

  private volatile double nanosPerPixel;

  void took(long pixels, Duration duration) {
    nanosPerPixel = (double) duration.toNanos() / pixels;
  }

  /** Whether a picture of this size is expected to be decoded within a second; so is the first one. */
  boolean isShort(long pixels) {
    return nanosPerPixel * pixels <= SHORT_NANOS;
  }
}
