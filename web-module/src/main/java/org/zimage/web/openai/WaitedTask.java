package org.zimage.web.openai;

import org.zimage.caller.Caller;
import org.zimage.task.TaskId;
import org.zimage.task.TaskView;
import org.zimage.web.events.TaskWatcher;

/** One of the tasks that a caller waits for. */
final class WaitedTask implements TaskWatcher {
  private final TaskId task;
  private final Wait wait;
  private final Waits waits;

  WaitedTask(TaskId task, Wait wait, Waits waits) {
    this.task = task;
    this.wait = wait;
    this.waits = waits;
  }

  @Override
  public String taskId() {
    return task.value();
  }

  @Override
  public Caller caller() {
    return wait.caller();
  }

  @Override
  public boolean isClosed() {
    return wait.isOver() || wait.hasEnded(task);
  }

  @Override
  public void send(TaskView now) {
    if (now.status().isFinal()) {
      waits.ended(wait, now);
    }
  }

  @Override
  public void end() {
    waits.gone(wait, task);
  }

  @Override
  public void keepAlive() { }

  /** The container ends the connection itself. */
  @Override
  public void close() { }
}
