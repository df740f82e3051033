package org.zimage.history;

import java.time.Instant;

/**
 * Which batches of the history are wanted; null stands for no condition.
 *
 * @param words that the prompt must have
 * @param from when the batch was made at the earliest
 * @param until the moment before which it was made
 * @param after where the page before ended
 */
public record HistoryFilter(PromptWords words, Instant from, Instant until, BatchSummary.Status status, HistoryCursor after) {
  /** The whole history, from its newest batch on. */
  public static final HistoryFilter NONE = new HistoryFilter(null, null, null, null, null);
}
