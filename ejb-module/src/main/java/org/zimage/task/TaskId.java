package org.zimage.task;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The name of a task as it is stored: 32 hexadecimal digits, or, in rows of older installations, the same with the dashes
 * of a UUID.
 */
public record TaskId(String value) {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /** @throws IllegalArgumentException when the text is no task id */
  public TaskId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("A task id has 32 hexadecimal digits (got " + value + ")");
    }
  }

  /** A new id that nobody can guess. */
  public static TaskId random() {
    return new TaskId(UUID.randomUUID().toString().replace("-", ""));
  }

  /** Reads what a caller sent; empty when no task can have that name. */
  public static Optional<TaskId> parse(String text) {
    if (text == null) {
      return Optional.empty();
    }
    String lower = text.toLowerCase(Locale.ROOT);
    return FORM.matcher(lower).matches() ? Optional.of(new TaskId(lower)) : Optional.empty();
  }

  /** Both ways of writing this id, without and with dashes: rows of older installations use either. */
  public List<String> spellings() {
    String plain = value.replace("-", "");
    String dashed = plain.substring(0, 8) + '-' + plain.substring(8, 12) + '-' + plain.substring(12, 16) + '-'
        + plain.substring(16, 20) + '-' + plain.substring(20);
    return List.of(plain, dashed);
  }

  @Override
  public String toString() {
    return value;
  }
}
