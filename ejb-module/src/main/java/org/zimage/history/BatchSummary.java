package org.zimage.history;

import java.time.Instant;
import org.zimage.task.BatchStatus;

/**
 * One line of the history.
 *
 * @param status SUCCESS (also partly), FAILURE (also cancelled) or PENDING
 * @param relativePath the first finished PNG's path below {@code /generated-images/}; null when there is none
 * @param imageUrl the first finished preview's path; null when there is none
 * @param seed the seed of the picture that is shown, of the batch when there is none
 */
public record BatchSummary(String batchId, Status status, Instant createdAt, String prompt, int height, int width,
    String relativePath, String imageUrl, int numInferenceSteps, double guidanceScale, Long seed, int batchSize,
    int successCount, int failedCount, Long baseSeed) {

  /** The three states the history tells apart. */
  public enum Status {
    SUCCESS, FAILURE, PENDING;

    /** What a batch of this state is shown as. */
    public static Status of(BatchStatus status) {
      return switch (status) {
        case SUCCESS, PARTIAL -> SUCCESS;
        case ERROR, CANCELLED -> FAILURE;
        case PENDING, RUNNING -> PENDING;
      };
    }
  }
}
