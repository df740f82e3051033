package org.zimage.client;

import org.zimage.api.TaskStatusResponse;

/** A task has ended without a picture: it failed or was cancelled. */
public class TaskFailed extends ZImageClientException {
  private static final long serialVersionUID = 1L;

  private final transient TaskStatusResponse status;

  TaskFailed(TaskStatusResponse status) {
    super("Task " + status.taskId() + ": " + status.error()
        + (status.errorHint() == null ? "" : " (" + status.errorHint() + ")"), null);
    this.status = status;
  }

  /** What the server says of it: the error, its code and a hint. */
  public TaskStatusResponse status() {
    return status;
  }
}
