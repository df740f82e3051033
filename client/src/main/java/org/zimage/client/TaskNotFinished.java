package org.zimage.client;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Tasks took longer than the caller waits. The tasks go on. */
public class TaskNotFinished extends ZImageClientException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> taskIds;

  TaskNotFinished(Collection<String> taskIds, Duration waited) {
    super(String.join(", ", taskIds) + " not finished after " + waited.toSeconds() + " s", null);
    this.taskIds = List.copyOf(taskIds);
  }

  /** The tasks that are not over. */
  public List<String> taskIds() {
    return taskIds == null ? List.of() : taskIds;
  }
}
