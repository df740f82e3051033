package org.zimage.webhook;

import java.time.Instant;
import java.util.UUID;

/**
 * One event for one receiver.
 *
 * @param id the same at every attempt: receivers know by it what they have already
 * @param type such as {@code zimage.task.succeeded}
 * @param attempts calls so far
 * @param dueAt when the next call is made; null when there will be none
 * @param responseStatus of the last answer; null when there was none
 * @param error why the last call failed; null when it did not
 * @param finishedAt when it was delivered or given up; null before
 */
public record Delivery(UUID id, String type, String url, Status status, int attempts, Instant createdAt, Instant dueAt,
    Integer responseStatus, String error, Instant finishedAt) {

  /** How far a delivery is. */
  public enum Status { PENDING, DELIVERED, FAILED }
}
