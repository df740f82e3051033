package org.zimage.web.stopping;

import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Counts the requests that are being answered, until no more may begin. The class has no proxy of CDI, because requests also end when
 * there are no contexts any more. Thread-safe.
 */
@Singleton
public class OpenRequests {
  private static final int MILLION = 1_000_000;

  private int open;
  private boolean closed;

  /** @return whether the request may begin; then {@link #end} is called once when it is answered */
  synchronized boolean begin() {
    if (!closed) {
      open++;
    }
    return !closed;
  }

  synchronized void end() {
    open--;
    notifyAll();
  }

  /** No more requests begin. */
  synchronized void close() {
    closed = true;
  }

  /**
   * Waits for those that have begun.
   *
   * @return how many are not answered after that time
   */
  synchronized int awaitEnds(Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    try {
      for (long left = longest.toMillis(); open > 0 && left > 0; left = (end - System.nanoTime()) / MILLION) {
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return open;
  }
}
