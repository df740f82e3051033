package org.zimage.web.openai;

import jakarta.ws.rs.container.AsyncResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.zimage.caller.Caller;
import org.zimage.task.TaskId;
import org.zimage.task.TaskView;

/**
 * A caller who waits for all pictures of a batch. Holds the answer, which is given once. Thread-safe.
 *
 * <p>The pictures' ends come from the thread of the event streams, hanging up and the time's end from that of {@link Waits}.
 */
final class Wait {
  private final List<TaskId> tasks;
  private final Caller caller;
  private final boolean cancelledByLeaving;
  private final AsyncResponse answer;
  private final ImagesAnswer images;
  private final Map<String, TaskView> ends = new HashMap<>();
  private boolean over;

  /** @param cancelledByLeaving whether nobody else can want these pictures when the caller hangs up */
  Wait(List<TaskId> tasks, Caller caller, boolean cancelledByLeaving, AsyncResponse answer, ImagesAnswer images) {
    this.tasks = List.copyOf(tasks);
    this.caller = caller;
    this.cancelledByLeaving = cancelledByLeaving;
    this.answer = answer;
    this.images = images;
  }

  List<TaskId> tasks() {
    return tasks;
  }

  Caller caller() {
    return caller;
  }

  boolean isCancelledByLeaving() {
    return cancelledByLeaving;
  }

  AsyncResponse answer() {
    return answer;
  }

  ImagesAnswer images() {
    return images;
  }

  synchronized boolean isOver() {
    return over;
  }

  /**
   * Takes note of a task's end.
   *
   * @return whether it was the last one that was missing, so that the answer is the caller's to give
   */
  synchronized boolean ended(TaskView end) {
    ends.put(end.taskId(), end);
    return ends.size() == tasks.size() && finish();
  }

  /** Ends the wait. Of several who try, the one that gets {@code true} gives the answer. */
  synchronized boolean finish() {
    boolean first = !over;
    over = true;
    return first;
  }

  synchronized boolean hasEnded(TaskId task) {
    return ends.containsKey(task.value());
  }

  /** The ends of all tasks, in the order of their index. */
  synchronized List<TaskView> ends() {
    return tasks.stream().map(task -> ends.get(task.value())).toList();
  }
}
