package org.zimage.task.dispatch;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.error.Outage;

/**
 * Sends to the broker what waits in the database, off the threads that wrote it. While the broker or the database is away, it tries
 * again after growing pauses, and logs once. What is written in quick succession is sent together.
 *
 * <p>Owns one thread, from the first {@link #wake} until {@link #stop}. Thread-safe.
 */
public final class SendingThread {
  /**
   * How many times as long as a sending took the thread rests after it, so that what comes meanwhile goes together. A sending of one
   * message costs nearly as much as one of fifty; without a rest, a rush of requests would share the processors with it half and half.
   */
  private static final int REST_FACTOR = 4;
  private static final long LONGEST_REST_MILLIS = 100;
  private static final long FIRST_PAUSE_MILLIS = 250;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;
  private static final long STOP_MILLIS = 3_000;

  private final Logger log;
  private final String name;
  private final String cargo;
  private final ThreadFactory threads;
  private final BooleanSupplier send;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  /** Guarded by the lock, as the next two. */
  private boolean wanted;
  private boolean stopped;
  private Thread thread;

  /**
   * @param owner in whose name is logged
   * @param name of the thread
   * @param cargo what is sent, as the log calls it: {@code Tasks}
   * @param send sends some of what is due; returns whether more is due already; throws a RuntimeException while that cannot be done
   */
  public SendingThread(Class<?> owner, String name, String cargo, ThreadFactory threads, BooleanSupplier send) {
    this.log = Logger.getLogger(owner.getName());
    this.name = name;
    this.cargo = cargo;
    this.threads = threads;
    this.send = send;
  }

  /** Sends soon; returns at once. */
  public void wake() {
    lock.lock();
    try {
      if (stopped) {
        return;
      }
      if (!wanted) {
        wanted = true;
        woken.signal();
      }
      if (thread == null) {
        Thread next = threads.newThread(this::run);
        next.setName(name);
        next.start();
        thread = next;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread; what it has not sent stays in the database. */
  public void stop() {
    Thread running;
    lock.lock();
    try {
      stopped = true;
      running = thread;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
    if (running == null) {
      return;
    }
    try {
      running.join(STOP_MILLIS);
      if (running.isAlive()) {
        log.warning(name + " is still sending and is interrupted");
        running.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long pause = 0;
    try {
      for (boolean more = awaitWork(0); more; ) {
        long begun = System.nanoTime();
        pause = tryToSend(pause);
        more = awaitWork(pause > 0 ? pause : rest(System.nanoTime() - begun));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  private static long rest(long sendingNanos) {
    return Math.min(TimeUnit.NANOSECONDS.toMillis(REST_FACTOR * sendingNanos), LONGEST_REST_MILLIS);
  }

  /** Waits until somebody wants work, but at least as long as the pause; false when there is nothing more to do. */
  private boolean awaitWork(long pauseMillis) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(pauseMillis);
      while (!stopped && (!wanted || left > 0)) {
        if (left > 0) {
          left = woken.awaitNanos(left);
        } else {
          woken.await();
        }
      }
      wanted = false;
      return !stopped;
    } finally {
      lock.unlock();
    }
  }

  /** Returns how long to pause when the broker or the database is away, otherwise 0. */
  private long tryToSend(long lastPause) {
    try {
      boolean more = send.getAsBoolean();
      if (lastPause > 0) {
        log.log(Level.INFO, "{0} are sent again", cargo);
      }
      while (more && !isStopped()) {
        more = send.getAsBoolean();
      }
      return 0;
    } catch (RuntimeException | Error e) {
      // An error, too: without its thread nothing would be sent until the process starts again
      if (lastPause == 0) {
        log.log(Level.WARNING, "{0} cannot be sent at the moment and wait in the database: {1}",
            new Object[] {cargo, Outage.isCauseOf(e) ? Outage.reason(e) : e});
      }
      wake();
      return lastPause == 0 ? FIRST_PAUSE_MILLIS : Math.min(2 * lastPause, LONGEST_PAUSE_MILLIS);
    }
  }
}
