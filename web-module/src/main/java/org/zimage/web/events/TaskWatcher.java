package org.zimage.web.events;

import org.zimage.api.events.TaskSnapshot;
import org.zimage.caller.Caller;
import org.zimage.progress.Preview;

/**
 * Somebody who hears what happens to one task, until there is nothing more to hear. Called on the thread of
 * {@link EventStreams}: return soon.
 */
public interface TaskWatcher {
  String taskId();

  Caller caller();

  /** Whether there is nothing more to tell, or nobody to tell it to. */
  boolean isClosed();

  /** The task as it is now; it may be as it was before, or older than what was told last. */
  void send(TaskSnapshot now);

  /** Whether it wants to see how the picture grows. */
  default boolean watchesPreviews() {
    return false;
  }

  /** How the picture looks after a step. */
  default void show(Preview preview) { }

  /** The task is gone: it was deleted with its batch. */
  void end();

  /** Called every second. */
  void tend();

  /** This node stops. */
  void close();
}
