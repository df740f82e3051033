package org.zimage.progress;

import jakarta.json.bind.annotation.JsonbProperty;
import org.zimage.task.TaskId;

/**
 * What the channel of previews tells. Public, because JSON-B makes no others of what it reads.
 *
 * @param attempt the number of the claim whose step it is
 * @param webp in base64
 */
public record PreviewMessage(@JsonbProperty("task_id") String taskId, int attempt, int step, int steps, String webp) {

  /** @throws RuntimeException for a message that is none of ours */
  Preview preview() {
    return new Preview(new TaskId(taskId), attempt, new Progress(step, steps), webp);
  }
}
