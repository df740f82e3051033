package org.zimage.history;

import java.time.Instant;
import org.zimage.api.TaskStatus;

/**
 * Which batches of the history are wanted; null stands for no condition.
 *
 * @param words that the prompt must have
 * @param from when the batch was made at the earliest
 * @param until the moment before which it was made
 * @param status SUCCESS, FAILURE or PENDING, as {@link org.zimage.task.BatchStatus#shown} tells
 * @param after where the page before ended
 */
public record BatchFilter(PromptWords words, Instant from, Instant until, TaskStatus status, HistoryCursor after) {
  /** PostgreSQL's timestamps lie between 4713 BC and 294276 AD. */
  private static final Instant EARLIEST = Instant.parse("-4712-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("+294276-01-01T00:00:00Z");

  /** The whole history, from its newest batch on. */
  public static final BatchFilter NONE = new BatchFilter(null, null, null, null, null);

  /** Whether a batch may have been made at this moment, as far as the database can tell. */
  public static boolean isPossible(Instant moment) {
    return !moment.isBefore(EARLIEST) && !moment.isAfter(LATEST);
  }
}
