package org.zimage.progress;

import jakarta.json.bind.annotation.JsonbProperty;
import org.zimage.task.TaskId;

/**
 * What the channel of previews tells.
 *
 * @param attempt the number of the claim whose step it is
 * @param webp in base64
 */
record PreviewMessage(@JsonbProperty("task_id") String taskId, int attempt, int step, int steps, String webp) {

  /** @throws RuntimeException for a message that is none of ours */
  Preview preview() {
    return new Preview(new TaskId(taskId), attempt, new Progress(step, steps), webp);
  }
}
