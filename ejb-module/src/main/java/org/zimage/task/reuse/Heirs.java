package org.zimage.task.reuse;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.concurrent.ThreadFactory;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.error.Outage;
import org.zimage.progress.ProgressStore;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import org.zimage.task.TasksChanged;
import org.zimage.task.dispatch.HeldTasks;
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

  private static final int TASKS_PER_LOOK = 1000;

  private final EqualTasks tasks;
  private final TaskLedger ledger;
  private final ProgressStore progressStore;
  private final SendingThread thread;
  private final HeldTasks ended = new HeldTasks(TASKS_PER_LOOK);

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
    this.thread = new SendingThread(Heirs.class, "zimage-heirs", "Pictures of equal tasks", threads,
        () -> ended.seeTo(next -> tasks.awaited(next).forEach(this::settle)));
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
    ended.add(over);
    thread.wake();
  }

  /** Ends the thread; who waits for a picture still, waits in the database. */
  @PreDestroy
  public void stop() {
    thread.stop();
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
