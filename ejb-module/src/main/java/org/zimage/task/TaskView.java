package org.zimage.task;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Instant;

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
 */
public record TaskView(String taskId, Status status, Result result, String error, String errorCode, String errorHint,
    String imageUrl, Integer progress) {

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
  public record Result(String imageId, String prompt, int height, int width, int numInferenceSteps, double guidanceScale,
      Long seed, String negativePrompt, Boolean cfgNormalization, Double cfgTruncation, Integer maxSequenceLength,
      Instant createdAt, String authKey, JsonObject metadata, String outputPath, String relativePath,
      String previewOutputPath, String previewRelativePath) {

    JsonObject toJson() {
      return Json.createObjectBuilder()
          .add("image_id", text(imageId))
          .add("prompt", text(prompt))
          .add("height", height)
          .add("width", width)
          .add("num_inference_steps", numInferenceSteps)
          .add("guidance_scale", guidanceScale)
          .add("seed", seed == null ? JsonValue.NULL : Json.createValue(seed))
          .add("negative_prompt", text(negativePrompt))
          .add("cfg_normalization", flag(cfgNormalization))
          .add("cfg_truncation", cfgTruncation == null ? JsonValue.NULL : Json.createValue(cfgTruncation))
          .add("max_sequence_length", maxSequenceLength == null ? JsonValue.NULL : Json.createValue(maxSequenceLength))
          .add("created_at", text(createdAt == null ? null : UtcTime.format(createdAt)))
          .add("auth_key", text(authKey))
          .add("metadata", metadata == null ? JsonValue.NULL : metadata)
          .add("output_path", text(outputPath))
          .add("relative_path", text(relativePath))
          .add("preview_output_path", text(previewOutputPath))
          .add("preview_relative_path", text(previewRelativePath))
          .build();
    }
  }

  /** The body of {@code GET /v1/tasks/{id}}: every field of the document, null where there is nothing to say. */
  public JsonObject toJson() {
    JsonObjectBuilder json = Json.createObjectBuilder().add("task_id", taskId).add("status", status.name());
    return json.add("result", result == null ? JsonValue.NULL : result.toJson())
        .add("error", text(error))
        .add("error_code", text(errorCode))
        .add("error_hint", text(errorHint))
        .add("image_url", text(imageUrl))
        .add("progress", progress == null ? JsonValue.NULL : Json.createValue(progress))
        .build();
  }

  private static JsonValue text(String text) {
    return text == null ? JsonValue.NULL : Json.createValue(text);
  }

  private static JsonValue flag(Boolean flag) {
    if (flag == null) {
      return JsonValue.NULL;
    }
    return flag ? JsonValue.TRUE : JsonValue.FALSE;
  }
}
