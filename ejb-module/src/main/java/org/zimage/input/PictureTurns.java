package org.zimage.input;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.zimage.caller.Caller;

/**
 * Bounds how many strangers' pictures this node has in memory at the same time. While others wait, a client has one turn at a time; all
 * callers without a name are one client. Thread-safe.
 */
@ApplicationScoped
public class PictureTurns {
  /** Requests whose pictures are in memory at the same time: some 200 MB for the largest. */
  private static final int TOGETHER = 2;
  /** Requests that wait for that; each holds a thread. */
  private static final int WAITING = 32;
  /** Of one client. */
  private static final int WAITING_OF_ONE = 16;
  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final String NOBODY = "";

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  /** Who waits, in order. Guarded by the lock, as the next two. */
  private final List<Waiter> queue = new ArrayList<>();
  /** The turns that each client has at this moment. */
  private final Map<String, Integer> taken = new HashMap<>();
  private int all;

  /** Equal to itself only. */
  private static final class Waiter {
    private final String client;

    Waiter(String client) {
      this.client = client;
    }
  }

  /** Has room for the pictures of one request, until it is closed. */
  public interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits until there is room.
   *
   * @throws TooManyPictures when others' pictures are in the way, or too many of the same client
   */
  public Turn take(Caller caller) {
    String client = caller.clientId() == null ? NOBODY : caller.clientId();
    lock.lock();
    try {
      await(client);
      taken.merge(client, 1, Integer::sum);
      all++;
      return () -> giveBack(client);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new TooManyPictures();
    } finally {
      lock.unlock();
    }
  }

  private void await(String client) throws InterruptedException {
    if (queue.size() >= WAITING || queue.stream().filter(waiter -> waiter.client.equals(client)).count() >= WAITING_OF_ONE) {
      throw new TooManyPictures();
    }
    Waiter waiter = new Waiter(client);
    queue.add(waiter);
    try {
      for (long left = LONGEST_WAIT_NANOS; all == TOGETHER || next() != waiter;) {
        if (left <= 0) {
          throw new TooManyPictures();
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      queue.remove(waiter);
      changed.signalAll();
    }
  }

  /** The first whose client has no turn, else the first of all. */
  private Waiter next() {
    return queue.stream().filter(waiter -> !taken.containsKey(waiter.client)).findFirst().orElse(queue.get(0));
  }

  private void giveBack(String client) {
    lock.lock();
    try {
      taken.computeIfPresent(client, (key, turns) -> turns == 1 ? null : turns - 1);
      all--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
