package org.zimage.task.view;

import jakarta.json.JsonObject;
import java.time.Instant;
import org.zimage.json.JsonFields;
import org.zimage.json.UtcTime;
import org.zimage.progress.Progress;
import org.zimage.task.GenerationParameters;

/**
 * A task as callers see it.
 *
 * @param taskId the task's id as it is stored
 * @param result null until the task succeeded
 * @param error a sentence for people; null unless the task failed or was cancelled
 * @param errorCode such as {@code gpu_oom}; null unless the task failed or was cancelled
 * @param errorHint what the caller can do about it
 * @param imageUrl the path of the preview; null until the task succeeded
 * @param progress 0…100; null for tasks that failed or were cancelled
 * @param attempt how often a worker took it; not part of the body
 */
public record TaskView(String taskId, Status status, Result result, String error, String errorCode, String errorHint,
    String imageUrl, Integer progress, int attempt) {

  /** What 100 is kept for: the picture is still to be decoded and stored after the last step. */
  private static final int SUCCEEDED = 100;

  /** A task that a worker has. */
  public static TaskView running(String taskId, int attempt, Progress progress) {
    Status status = progress.step() > 0 ? Status.PROGRESS : Status.STARTED;
    return new TaskView(taskId, status, null, null, null, null, null, Math.min(progress.percent(), SUCCEEDED - 1),
        attempt);
  }

  /** A task whose picture is there. */
  static TaskView succeeded(String taskId, int attempt, Result result, String imageUrl) {
    return new TaskView(taskId, Status.SUCCESS, result, null, null, null, imageUrl, SUCCEEDED, attempt);
  }

  /** The statuses of the HTTP document. */
  public enum Status {
    /** Waiting for a worker. */
    PENDING,
    /** Taken by a worker, no step finished yet. */
    STARTED,
    /** At least one step is finished. */
    PROGRESS,
    SUCCESS,
    FAILURE,
    /** Waiting for another attempt. */
    RETRY,
    /** Cancelled. */
    REVOKED;

    public boolean isFinal() {
      return this == SUCCESS || this == FAILURE || this == REVOKED;
    }
  }

  /**
   * A finished picture and everything it was made from.
   *
   * @param authKey the caller's own key for its owner, the owner's id for the administrator
   * @param outputPath where the PNG lies in the store
   * @param relativePath the PNG's path below {@code /generated-images/}
   * @param previewOutputPath where the WebP lies in the store
   * @param previewRelativePath the WebP's path below {@code /generated-images/}
   */
  public record Result(String imageId, GenerationParameters parameters, Instant createdAt, String authKey, JsonObject metadata,
      String outputPath, String relativePath, String previewOutputPath, String previewRelativePath) {

    JsonObject toJson() {
      return parameters.addTo(JsonFields.object().add("image_id", imageId))
          .add("created_at", UtcTime.format(createdAt))
          .add("auth_key", authKey)
          .add("metadata", metadata)
          .add("output_path", outputPath)
          .add("relative_path", relativePath)
          .add("preview_output_path", previewOutputPath)
          .add("preview_relative_path", previewRelativePath)
          .build();
    }
  }

  /**
   * Whether the task was so before it was as {@code other} says: news may overtake each other. Nothing follows the end,
   * attempts follow each other, and within one a task only goes on.
   */
  public boolean isBefore(TaskView other) {
    if (status.isFinal() || other.status.isFinal()) {
      return !status.isFinal();
    }
    return attempt == other.attempt ? position() < other.position() : attempt < other.attempt;
  }

  /** Within an attempt; one that is handed back waits for the next. */
  private int position() {
    return switch (status) {
      case PENDING -> -2;
      case STARTED -> -1;
      case PROGRESS -> progress;
      case RETRY, SUCCESS, FAILURE, REVOKED -> Integer.MAX_VALUE;
    };
  }

  /** The body of {@code GET /v1/tasks/{id}}: every field of the document, null where there is nothing to say. */
  public JsonObject toJson() {
    return toJson("");
  }

  /** @param prefix what stands before the paths of this service's addresses where the reader is */
  public JsonObject toJson(String prefix) {
    return JsonFields.object()
        .add("task_id", taskId)
        .add("status", status.name())
        .add("result", result == null ? null : result.toJson())
        .add("error", error)
        .add("error_code", errorCode)
        .add("error_hint", errorHint)
        .add("image_url", imageUrl == null ? null : prefix + imageUrl)
        .add("progress", progress)
        .build();
  }
}
