package org.zimage.task;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Tells the workers about waiting tasks, off the threads that accept them: requests never touch the broker. What cannot be
 * sent or does not fit is found by the {@link Sweeper} later.
 *
 * <p>Owns one thread, from the first task until {@link #stop}. Thread-safe.
 */
@ApplicationScoped
public class Dispatcher {
  private static final Logger LOG = Logger.getLogger(Dispatcher.class.getName());

  /** Tasks held in memory at most; the rows are the truth. */
  private static final int CAPACITY = 10_000;
  private static final int MESSAGES_PER_COMMIT = 100;
  private static final long FIRST_PAUSE_MILLIS = 250;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;
  private static final long STOP_MILLIS = 3_000;

  private final Backlog backlog;
  private final WorkQueue queue;
  private final ThreadFactory threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  /** Guarded by the lock; a set, because the sweeper offers the same tasks again and again while the broker is away. */
  private final Set<TaskId> ids = new LinkedHashSet<>();
  private Thread thread;
  private boolean stopped;

  protected Dispatcher() {
    this(null, null, null);
  }

  @Inject
  public Dispatcher(Backlog backlog, WorkQueue queue, ThreadFactory threads) {
    this.backlog = backlog;
    this.queue = queue;
    this.threads = threads;
  }

  void accept(@Observes(during = TransactionPhase.AFTER_SUCCESS) TaskWaiting event) {
    offer(event.ids());
  }

  /** Takes tasks to be told about; returns at once. */
  public void offer(Collection<TaskId> waiting) {
    lock.lock();
    try {
      if (stopped) {
        return;
      }
      for (TaskId id : waiting) {
        if (ids.size() < CAPACITY) {
          ids.add(id);
        }
      }
      if (thread == null && !ids.isEmpty()) {
        thread = threads.newThread(this::run);
        thread.setName("zimage-dispatcher");
        thread.start();
      }
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread; what it has not sent stays in the database. */
  @PreDestroy
  public void stop() {
    Thread running;
    lock.lock();
    try {
      stopped = true;
      running = thread;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
    if (running == null) {
      return;
    }
    try {
      running.join(STOP_MILLIS);
      if (running.isAlive()) {
        LOG.warning("The dispatcher is still sending; its thread is interrupted");
        running.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long pause = 0;
    try {
      for (List<TaskId> next = take(pause); next != null; next = take(pause)) {
        pause = dispatch(next, pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for tasks, but at least as long as the pause; null when there is nothing more to do. */
  private List<TaskId> take(long pauseMillis) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(pauseMillis);
      while (!stopped && (ids.isEmpty() || left > 0)) {
        if (left > 0) {
          left = arrived.awaitNanos(left);
        } else {
          arrived.await();
        }
      }
      if (stopped) {
        return null;
      }
      List<TaskId> next = new ArrayList<>(MESSAGES_PER_COMMIT);
      for (Iterator<TaskId> i = ids.iterator(); i.hasNext() && next.size() < MESSAGES_PER_COMMIT;) {
        next.add(i.next());
        i.remove();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Sends messages and notes it; returns how long to pause when the broker or the database is away, otherwise 0. */
  private long dispatch(List<TaskId> next, long lastPause) {
    try {
      List<Backlog.Undelivered> messages = backlog.waiting(next);
      if (!messages.isEmpty()) {
        queue.send(messages);
        backlog.dispatched(messages);
      }
      if (lastPause > 0) {
        LOG.info("Tasks are dispatched again");
      }
      return 0;
    } catch (RuntimeException e) {
      if (lastPause == 0) {
        LOG.log(Level.WARNING, "Tasks cannot be dispatched at the moment and wait in the database: {0}", e.toString());
      }
      offer(next);
      return lastPause == 0 ? FIRST_PAUSE_MILLIS : Math.min(2 * lastPause, LONGEST_PAUSE_MILLIS);
    }
  }
}
