package org.zimage.api;

import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import java.time.Instant;

/**
 * How far a task is: the answer to {@code GET /v1/tasks/{task_id}}, and the data of every event.
 *
 * @param result null until the task has succeeded
 * @param error a sentence for people; null unless the task has failed or was cancelled
 * @param errorCode such as {@code gpu_oom}; null unless the task has failed or was cancelled
 * @param errorHint what the caller can do about it
 * @param imageUrl the path of the preview (WebP); with the ending {@code .png} the original's; null until the task has
 *     succeeded
 * @param progress 0…100; null for tasks that failed or were cancelled
 * @param expiresAt when the task, which is over, is removed with its pictures; null where nothing is known of an end
 */
public record TaskStatusResponse(
    @JsonbProperty("task_id") String taskId,
    TaskStatus status,
    @JsonbNillable GenerationResult result,
    @JsonbNillable String error,
    @JsonbNillable @JsonbProperty("error_code") String errorCode,
    @JsonbNillable @JsonbProperty("error_hint") String errorHint,
    @JsonbNillable @JsonbProperty("image_url") String imageUrl,
    @JsonbNillable Integer progress,
    @JsonbNillable(false) @JsonbProperty("expires_at") @JsonbTypeAdapter(UtcTimeAdapter.class) Instant expiresAt) {

  /** The same for who reaches the server's paths below this prefix. */
  public TaskStatusResponse below(String prefix) {
    return imageUrl == null ? this
        : new TaskStatusResponse(taskId, status, result, error, errorCode, errorHint, prefix + imageUrl, progress, expiresAt);
  }
}
