package org.zimage.api.events;

import org.zimage.api.TaskStatusResponse;

/**
 * The status of a task at one moment, for who must put news in order: they may overtake each other.
 *
 * @param attempt how often a worker took it; null when the server does not say
 */
public record TaskSnapshot(TaskStatusResponse status, Integer attempt) {
  private static final int POSITION_AT_THE_END = 1000;

  /** @param attempt as the server writes it: in a header, or as the id of an event, which may be something else */
  public static TaskSnapshot of(TaskStatusResponse status, String attempt) {
    boolean isNumber = attempt != null && attempt.matches("\\d{1,9}");
    return new TaskSnapshot(status, isNumber ? Integer.valueOf(attempt) : null);
  }

  public boolean isOver() {
    return status.status().isFinal();
  }

  /**
   * Whether this snapshot is older than the other one: events and answers may overtake each other. Nothing follows the end;
   * attempts follow each other; within one attempt a task only goes on.
   */
  public boolean isBefore(TaskSnapshot other) {
    if (isOver() || other.isOver()) {
      return !isOver();
    }
    return attempt == null || other.attempt == null || attempt.equals(other.attempt) ? position() < other.position()
        : attempt < other.attempt;
  }

  private int position() {
    return switch (status.status()) {
      case PENDING -> -2;
      case STARTED -> -1;
      case PROGRESS -> status.progress() == null ? 0 : status.progress();
      case RETRY, SUCCESS, FAILURE, REVOKED -> POSITION_AT_THE_END;
    };
  }
}
