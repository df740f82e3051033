package org.zimage.task;

import java.util.Locale;

/** The state of a batch, which follows from the states of its tasks. */
public enum BatchStatus {
  PENDING, RUNNING, SUCCESS, PARTIAL, ERROR, CANCELLED;

  /** The word in the database. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** @throws IllegalArgumentException for a word that is no status */
  public static BatchStatus of(String word) {
    for (BatchStatus status : values()) {
      if (status.word().equals(word)) {
        return status;
      }
    }
    throw new IllegalArgumentException(
        "A batch is pending, running, success, partial, error or cancelled (got " + word + ")");
  }
}
