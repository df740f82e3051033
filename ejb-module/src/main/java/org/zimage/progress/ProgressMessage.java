package org.zimage.progress;

import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;

/**
 * What the channel of progress tells.
 *
 * @param attempt the number of the claim that it is news of; null where no worker had the task, and of nodes of an older
 *     version, whose news cannot be put in order
 * @param progress percent
 */
record ProgressMessage(
    @JsonbProperty("task_id") String taskId,
    String status,
    @JsonbNillable(false) Integer attempt,
    @JsonbNillable(false) Integer progress,
    @JsonbNillable(false) Integer step,
    @JsonbNillable(false) Integer steps) {

  /** @throws RuntimeException for a message that is none of ours */
  TaskChange change() {
    boolean isOrdered = attempt != null && attempt != 0;
    return new TaskChange(new TaskId(taskId), TaskState.of(status), isOrdered ? attempt : 0,
        isOrdered ? new Progress(step, steps) : null);
  }
}
