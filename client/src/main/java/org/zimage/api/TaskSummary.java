package org.zimage.api;

import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import java.time.Instant;

/**
 * One line of the history: a batch.
 *
 * @param taskId the batch's id; the name is the document's
 * @param status SUCCESS (also partly), FAILURE (also cancelled) or PENDING
 * @param relativePath the first finished PNG's path below {@code /generated-images/}; null when there is none
 * @param imageUrl the first finished preview's path; null when there is none
 */
public record TaskSummary(
    @JsonbProperty("task_id") String taskId,
    String status,
    @JsonbProperty("created_at") @JsonbTypeAdapter(UtcTimeAdapter.class) Instant createdAt,
    String prompt,
    int height,
    int width,
    @JsonbNillable @JsonbProperty("relative_path") String relativePath,
    @JsonbNillable @JsonbProperty("image_url") String imageUrl,
    @JsonbProperty("num_inference_steps") int numInferenceSteps,
    @JsonbProperty("guidance_scale") double guidanceScale,
    @JsonbNillable Long seed,
    @JsonbProperty("batch_size") int batchSize,
    @JsonbProperty("success_count") int successCount,
    @JsonbProperty("failed_count") int failedCount,
    @JsonbNillable @JsonbProperty("base_seed") Long baseSeed) {

  /** The same for who reaches the server's paths below this prefix. */
  public TaskSummary below(String prefix) {
    return imageUrl == null ? this : new TaskSummary(taskId, status, createdAt, prompt, height, width, relativePath,
        prefix + imageUrl, numInferenceSteps, guidanceScale, seed, batchSize, successCount, failedCount, baseSeed);
  }
}
