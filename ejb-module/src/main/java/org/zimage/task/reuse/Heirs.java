package org.zimage.task.reuse;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.error.Outage;
import org.zimage.progress.ProgressStore;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import org.zimage.task.TasksChanged;
import org.zimage.task.dispatch.SendingThread;
import org.zimage.task.lifecycle.TaskLedger;

/**
 * Gives the pictures of finished tasks to the equal tasks that wait for them, each in a transaction of its own: the end of a task holds
 * the rows of its batch, and those of others' batches are not taken meanwhile. {@link org.zimage.task.recovery.Redispatch} later finds
 * tasks that still wait because a node died in between.
 *
 * <p>Owns one thread, from the first end of a task until {@link #stop}. Thread-safe.
 */
@ApplicationScoped
public class Heirs {
  private static final Logger LOG = Logger.getLogger(Heirs.class.getName());

  /** Tasks held in memory at most; the rows are the truth. */
  private static final int CAPACITY = 10_000;
  private static final int TASKS_PER_LOOK = 1000;

  private final EqualTasks tasks;
  private final TaskLedger ledger;
  private final ProgressStore progressStore;
  private final SendingThread thread;
  /** Guarded by itself. */
  private final Set<TaskId> ended = new LinkedHashSet<>();

  protected Heirs() {
    this.tasks = null;
    this.ledger = null;
    this.progressStore = null;
    this.thread = null;
  }

  @Inject
  public Heirs(EqualTasks tasks, TaskLedger ledger, ProgressStore progressStore, ThreadFactory threads) {
    this.tasks = tasks;
    this.ledger = ledger;
    this.progressStore = progressStore;
    this.thread = new SendingThread(Heirs.class, "zimage-heirs", "Pictures of equal tasks", threads, this::settle);
  }

  void accept(@Observes(during = TransactionPhase.AFTER_SUCCESS) TasksChanged changed) {
    offer(changed.tasks().stream().map(TasksChanged.Change::task).filter(task -> task.status().isFinal())
        .map(task -> new TaskId(task.taskId())).toList());
  }

  /** Takes tasks that are over, whether others wait for them or not; returns at once. */
  public void offer(Collection<TaskId> over) {
    if (over.isEmpty()) {
      return;
    }
    synchronized (ended) {
      for (TaskId id : over) {
        if (ended.size() < CAPACITY) {
          ended.add(id);
        }
      }
    }
    thread.wake();
  }

  /** Ends the thread; who waits for a picture still, waits in the database. */
  @PreDestroy
  public void stop() {
    thread.stop();
  }

  private boolean settle() {
    List<TaskId> next = take();
    try {
      tasks.awaited(next).forEach(this::settle);
      return next.size() == TASKS_PER_LOOK;
    } catch (RuntimeException e) {
      offer(next);
      throw e;
    }
  }

  private List<TaskId> take() {
    synchronized (ended) {
      List<TaskId> next = ended.stream().limit(TASKS_PER_LOOK).toList();
      next.forEach(ended::remove);
      return next;
    }
  }

  private void settle(TaskId first) {
    for (TaskId heir : tasks.heirs(first)) {
      give(heir, first);
    }
    tasks.drawNext(first);
  }

  /** What is wrong with one task does not keep the others waiting. */
  private void give(TaskId heir, TaskId first) {
    try {
      if (ledger.reuse(heir, first)) {
        progressStore.announce(heir, TaskState.SUCCESS);
      }
    } catch (RuntimeException failure) {
      if (Outage.isCauseOf(failure)) {
        throw failure;
      }
      LOG.log(Level.SEVERE, "Task " + heir + " failed: it cannot get the picture of " + first, failure);
      ledger.giveUpUnreadable(heir);
    }
  }
}
