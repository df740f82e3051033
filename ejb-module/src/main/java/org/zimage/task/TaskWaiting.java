package org.zimage.task;

import java.util.List;

/** These tasks wait for a worker: nobody has been told about them yet, or not since they came back. */
public record TaskWaiting(List<TaskId> ids) {
  public TaskWaiting {
    ids = List.copyOf(ids);
  }
}
