package org.zimage.worker;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Logger;
import org.zimage.image.StorageFailed;
import org.zimage.task.lifecycle.Claim;

/** Waits for a store that restarts: a picture may have taken minutes. */
final class StorePatience {
  private static final Logger LOG = Logger.getLogger(StorePatience.class.getName());
  /** Eight seconds in all. */
  private static final int ATTEMPTS = 5;
  private static final long FIRST_PAUSE_MILLIS = 500;

  private StorePatience() { }

  /**
   * Asks the store until it answers.
   *
   * @param what is done, as the log calls it: {@code store the picture}
   * @throws StorageFailed when it still fails
   * @throws IllegalStateException when this thread is interrupted: whether the store is well, nobody knows
   */
  static <T> T ask(Claim claim, String what, Supplier<T> question) {
    long pause = FIRST_PAUSE_MILLIS;
    for (int attempt = 1;; attempt++) {
      try {
        return question.get();
      } catch (StorageFailed failure) {
        // An interrupted thread's files and connections fail, too
        if (Thread.currentThread().isInterrupted() || attempt < ATTEMPTS && !pause(pause)) {
          throw new IllegalStateException("Interrupted while trying to " + what, failure);
        }
        if (attempt == ATTEMPTS) {
          throw failure;
        }
        LOG.warning("Task " + claim + ": trying again to " + what + ": " + failure.getMessage());
        pause *= 2;
      }
    }
  }

  /** @return false when the process stops */
  static boolean pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
      return true;
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
