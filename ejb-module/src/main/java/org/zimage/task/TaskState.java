package org.zimage.task;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The states of a task as rows hold them. This is the only table of what may follow what. */
public enum TaskState {
  PENDING, RUNNING, SUCCESS, ERROR, CANCELLED;

  private final String word = name().toLowerCase(Locale.ROOT);

  /**
   * The states that may follow; running → pending is another attempt, pending → error a task that no worker could take, pending →
   * success one that gets an equal task's picture.
   */
  public Set<TaskState> next() {
    return switch (this) {
      case PENDING -> EnumSet.of(RUNNING, SUCCESS, CANCELLED, ERROR);
      case RUNNING -> EnumSet.of(SUCCESS, ERROR, CANCELLED, PENDING);
      case SUCCESS, ERROR, CANCELLED -> EnumSet.noneOf(TaskState.class);
    };
  }

  public boolean mayBecome(TaskState status) {
    return next().contains(status);
  }

  /** Whether nothing follows: the task is over. */
  public boolean isFinal() {
    return next().isEmpty();
  }

  /** The word in the database and in batch details. */
  public String word() {
    return word;
  }

  /** The type of the event that tells of this state, such as {@code zimage.task.succeeded}. */
  public String event() {
    return "zimage.task." + switch (this) {
      case PENDING -> "submitted";
      case RUNNING -> "started";
      case SUCCESS -> "succeeded";
      case ERROR -> "failed";
      case CANCELLED -> "cancelled";
    };
  }

  /** @throws IllegalArgumentException for a word that is no status */
  public static TaskState of(String word) {
    return Arrays.stream(values()).filter(status -> status.word.equals(word)).findFirst().orElseThrow(() ->
        new IllegalArgumentException("A task is pending, running, success, error or cancelled (got " + word + ")"));
  }

  /** The words of these states in the database. */
  @Converter(autoApply = true)
  public static class Words implements AttributeConverter<TaskState, String> {
    @Override
    public String convertToDatabaseColumn(TaskState status) {
      return status == null ? null : status.word();
    }

    @Override
    public TaskState convertToEntityAttribute(String word) {
      return word == null ? null : TaskState.of(word);
    }
  }
}
