package org.zimage.client;

import java.time.Instant;

/**
 * Which batches of the history are wanted; null stands for no condition.
 *
 * @param words that the prompt must have, in any order; the beginning of a word is enough
 * @param from when the batch was made at the earliest
 * @param until the moment before which it was made
 * @param status {@code SUCCESS} (also partly), {@code FAILURE} (also cancelled) or {@code PENDING}
 */
public record HistoryFilter(String words, Instant from, Instant until, String status) {
  /** The whole history. */
  public static final HistoryFilter NONE = new HistoryFilter(null, null, null, null);

  /** The same for prompts with these words. */
  public HistoryFilter withWords(String newWords) {
    return new HistoryFilter(newWords, from, until, status);
  }

  /** The same for a time; either may be null. */
  public HistoryFilter withTime(Instant newFrom, Instant newUntil) {
    return new HistoryFilter(words, newFrom, newUntil, status);
  }

  /** The same for batches of this status. */
  public HistoryFilter withStatus(String newStatus) {
    return new HistoryFilter(words, from, until, newStatus);
  }
}
