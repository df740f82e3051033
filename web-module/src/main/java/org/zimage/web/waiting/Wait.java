package org.zimage.web.waiting;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.zimage.api.events.TaskSnapshot;
import org.zimage.caller.Caller;
import org.zimage.task.TaskId;

/** One wait of a caller for all tasks of a batch. Thread-safe. */
final class Wait {
  private final List<TaskId> tasks;
  private final Caller owner;
  private final WaitingCaller caller;
  private final TaskSnapshot[] views;
  private final long end;
  private final AtomicBoolean over = new AtomicBoolean();

  /** @param end when it is given up, as System.nanoTime() counts */
  Wait(List<TaskId> tasks, Caller owner, WaitingCaller caller, long end) {
    this.tasks = List.copyOf(tasks);
    this.owner = owner;
    this.caller = caller;
    this.views = new TaskSnapshot[tasks.size()];
    this.end = end;
  }

  List<TaskId> tasks() {
    return tasks;
  }

  Caller owner() {
    return owner;
  }

  WaitingCaller caller() {
    return caller;
  }

  /** Whether the caller has waited for long enough. */
  boolean isTooLong() {
    return System.nanoTime() - end > 0;
  }

  boolean isOver() {
    return over.get();
  }

  /** Ends the wait. Of several who try, the one that gets {@code true} gives the answer. */
  boolean finish() {
    return over.compareAndSet(false, true);
  }

  /**
   * Takes note of how a task is now, unless it is known to be further.
   *
   * @return how all tasks are now; null for those not heard of yet
   */
  synchronized List<TaskSnapshot> note(int index, TaskSnapshot now) {
    if (views[index] == null || !now.isBefore(views[index])) {
      views[index] = now;
    }
    return Collections.unmodifiableList(Arrays.asList(views.clone()));
  }

  synchronized boolean hasEnded(int index) {
    return views[index] != null && views[index].isOver();
  }
}
