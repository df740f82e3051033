package org.zimage.task;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The id of a task as it is stored. This system makes 32 hexadecimal digits. Rows of older installations may have a UUID with dashes,
 * or another short word.
 */
public record TaskId(String value) {
  private static final int MAX_LENGTH = 255;
  private static final Pattern HEX =
      Pattern.compile("[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /** @throws IllegalArgumentException when the text can be no task id */
  public TaskId {
    if (!isWord(value)) {
      throw new IllegalArgumentException("A task id is a word of at most 255 letters and digits (got " + value + ")");
    }
  }

  /** A new id that nobody can guess. */
  public static TaskId random() {
    return new TaskId(UUID.randomUUID().toString().replace("-", ""));
  }

  /** Reads what a caller sent; empty when no task can have that name. */
  public static Optional<TaskId> parse(String text) {
    return text != null && isWord(text) ? Optional.of(new TaskId(text)) : Optional.empty();
  }

  /** Without a regular expression: looks for lost messages read tens of thousands of ids. */
  private static boolean isWord(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isAllowed = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || "_.:-".indexOf(c) >= 0;
      if (!isAllowed) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= MAX_LENGTH;
  }

  /** Every way this id may be written in a row: as it is, and for UUIDs without and with dashes. */
  public List<String> spellings() {
    Set<String> spellings = new LinkedHashSet<>(List.of(value));
    String lower = value.toLowerCase(Locale.ROOT);
    if (HEX.matcher(lower).matches()) {
      String plain = lower.replace("-", "");
      spellings.add(plain);
      spellings.add(plain.substring(0, 8) + '-' + plain.substring(8, 12) + '-' + plain.substring(12, 16) + '-'
          + plain.substring(16, 20) + '-' + plain.substring(20));
    }
    return List.copyOf(spellings);
  }

  @Override
  public String toString() {
    return value;
  }
}
