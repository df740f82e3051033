package org.zimage.worker;

import java.time.Duration;

/** When something that has several parts must be over: each part may take what is left. Immutable. */
final class Deadline {
  private final long nanoTime;

  private Deadline(long nanoTime) {
    this.nanoTime = nanoTime;
  }

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** At least 0. */
  long nanosLeft() {
    return Math.max(0, nanoTime - System.nanoTime());
  }
}
