package org.zimage.task;

import jakarta.enterprise.context.ApplicationScoped;
import org.zimage.caller.Caller;

/** Shows tasks to their owners. */
@ApplicationScoped
public class Tasks {

  /**
   * A task as it is now.
   *
   * @param id any text, with or without dashes
   * @throws TaskNotFound when there is none of that name
   * @throws TaskNotAllowed when it is another client's
   */
  public TaskView find(String id, Caller caller) {
    throw new UnsupportedOperationException("Tasks.find is not built yet");
  }
}
