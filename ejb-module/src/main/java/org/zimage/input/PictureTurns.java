package org.zimage.input;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds how many strangers' pictures this node has in memory at the same time. Thread-safe. */
@ApplicationScoped
public class PictureTurns {
  /** Requests whose pictures are in memory at the same time: some 200 MB for the largest. */
  private static final int TOGETHER = 2;
  /** Requests that wait for that; each holds a thread. */
  private static final int WAITING = 32;
  private static final int LONGEST_WAIT_SECONDS = 20;

  private final Semaphore together = new Semaphore(TOGETHER, true);

  /** Has room for the pictures of one request, until it is closed. */
  public interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits until there is room.
   *
   * @throws TooManyPictures when others' pictures are in the way
   */
  public Turn take() {
    if (together.getQueueLength() >= WAITING) {
      throw new TooManyPictures();
    }
    try {
      if (!together.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new TooManyPictures();
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new TooManyPictures();
    }
    return together::release;
  }
}
