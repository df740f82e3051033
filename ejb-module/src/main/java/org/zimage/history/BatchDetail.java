package org.zimage.history;

import java.util.List;
import org.zimage.task.TaskStatus;

/** A batch with all its pictures, in the order of their index. */
public record BatchDetail(BatchSummary batch, List<Item> items) {
  public BatchDetail {
    items = List.copyOf(items);
  }

  /**
   * One picture of a batch.
   *
   * @param imageUrl the preview's path; null until the task succeeded
   * @param errorCode null unless the task failed or was cancelled
   */
  public record Item(String taskId, int index, TaskStatus status, String imageUrl, int width, int height, Long seed,
      String errorCode, String errorHint) { }
}
