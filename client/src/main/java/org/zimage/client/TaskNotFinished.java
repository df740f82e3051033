package org.zimage.client;

import java.time.Duration;
import org.zimage.api.TaskStatusResponse;

/** A task took longer than the caller was willing to wait; it goes on. */
public class TaskNotFinished extends ZImageClientException {
  private static final long serialVersionUID = 1L;

  private final transient TaskStatusResponse lastSeen;

  TaskNotFinished(TaskStatusResponse lastSeen, Duration waited) {
    super("Task " + lastSeen.taskId() + " is still " + lastSeen.status() + " after " + waited.toSeconds() + " s", null);
    this.lastSeen = lastSeen;
  }

  public TaskStatusResponse lastSeen() {
    return lastSeen;
  }
}
