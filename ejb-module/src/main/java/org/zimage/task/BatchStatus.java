package org.zimage.task;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.Arrays;
import java.util.Locale;
import org.zimage.api.TaskStatus;

/** The state of a batch, which follows from the states of its tasks. */
public enum BatchStatus {
  PENDING, RUNNING, SUCCESS, PARTIAL, ERROR, CANCELLED;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** The word in the database. */
  public String word() {
    return word;
  }

  /** The status that callers see: one of three. */
  public TaskStatus shown() {
    return switch (this) {
      case SUCCESS, PARTIAL -> TaskStatus.SUCCESS;
      case ERROR, CANCELLED -> TaskStatus.FAILURE;
      case PENDING, RUNNING -> TaskStatus.PENDING;
    };
  }

  /** @throws IllegalArgumentException for a word that is no status */
  public static BatchStatus of(String word) {
    return Arrays.stream(values()).filter(status -> status.word.equals(word)).findFirst().orElseThrow(() -> new IllegalArgumentException(
        "A batch is pending, running, success, partial, error or cancelled (got " + word + ")"));
  }

  /** The words of these states in the database. */
  @Converter(autoApply = true)
  public static class Words implements AttributeConverter<BatchStatus, String> {
    @Override
    public String convertToDatabaseColumn(BatchStatus status) {
      return status == null ? null : status.word();
    }

    @Override
    public BatchStatus convertToEntityAttribute(String word) {
      return word == null ? null : BatchStatus.of(word);
    }
  }
}
