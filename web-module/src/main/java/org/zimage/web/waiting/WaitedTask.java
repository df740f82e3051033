package org.zimage.web.waiting;

import org.zimage.api.events.TaskSnapshot;
import org.zimage.caller.Caller;
import org.zimage.progress.Preview;
import org.zimage.web.events.TaskWatcher;

/**
 * One of the tasks that a caller waits for.
 *
 * @param whole the wait for all of them
 */
record WaitedTask(int index, Wait whole, Waits waits) implements TaskWatcher {
  @Override
  public String taskId() {
    return whole.tasks().get(index).value();
  }

  @Override
  public Caller caller() {
    return whole.owner();
  }

  @Override
  public boolean isClosed() {
    return whole.isOver() || whole.hasEnded(index);
  }

  @Override
  public void send(TaskSnapshot now) {
    if (!isClosed()) {
      waits.changed(whole, whole.note(index, now));
    }
  }

  @Override
  public boolean watchesPreviews() {
    return whole.caller().watchesPreviews();
  }

  @Override
  public void show(Preview preview) {
    if (!isClosed()) {
      whole.caller().show(index, preview);
    }
  }

  @Override
  public void end() {
    waits.deleted(whole, whole.tasks().get(index));
  }

  @Override
  public void tend() { }

  /** The container ends the connection itself. */
  @Override
  public void close() { }
}
