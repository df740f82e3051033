package org.zimage.web.waiting;

import org.zimage.api.events.TaskSnapshot;
import org.zimage.caller.Caller;
import org.zimage.progress.Preview;
import org.zimage.web.events.TaskWatcher;

/** One of the tasks that a caller waits for. */
final class WaitedTask implements TaskWatcher {
  private final int index;
  private final Wait wait;
  private final Waits waits;

  WaitedTask(int index, Wait wait, Waits waits) {
    this.index = index;
    this.wait = wait;
    this.waits = waits;
  }

  @Override
  public String taskId() {
    return wait.tasks().get(index).value();
  }

  @Override
  public Caller caller() {
    return wait.owner();
  }

  @Override
  public boolean isClosed() {
    return wait.isOver() || wait.hasEnded(index);
  }

  @Override
  public void send(TaskSnapshot now) {
    if (!isClosed()) {
      waits.changed(wait, wait.note(index, now));
    }
  }

  @Override
  public boolean watchesPreviews() {
    return wait.caller().watchesPreviews();
  }

  @Override
  public void show(Preview preview) {
    if (!isClosed()) {
      wait.caller().show(index, preview);
    }
  }

  @Override
  public void end() {
    waits.deleted(wait, wait.tasks().get(index));
  }

  @Override
  public void tend() { }

  /** The container ends the connection itself. */
  @Override
  public void close() { }
}
