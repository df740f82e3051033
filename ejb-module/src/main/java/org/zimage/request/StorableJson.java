package org.zimage.request;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.zimage.api.ValidationError.Problem;
import org.zimage.error.InvalidRequest;

/**
 * What PostgreSQL stores and every reader of JSON can read again. It writes numbers out, {@code 1e1200} with 1,201 digits,
 * and readers take neither endless numbers nor endless nesting. Used by one thread.
 */
public final class StorableJson {
  /** Readers stop at about a thousand, and the answers put the object into others. */
  static final int MAX_LEVELS = 100;
  /** Any double has fewer; readers stop at 1,100 characters. */
  static final int MAX_DIGITS = 1_000;
  static final int MAX_DIGITS_TOGETHER = 64 * 1024;

  private final String field;
  private long digits;

  private StorableJson(String field) {
    this.field = field;
  }

  /** @throws LaxType.Mismatch at the first part that cannot be stored */
  static JsonObject object(String field, JsonObject object) {
    new StorableJson(field).check(object, 1);
    return object;
  }

  /**
   * PostgreSQL's text holds neither NUL nor half a surrogate pair.
   *
   * @throws LaxType.Mismatch when the text cannot be stored
   */
  static String text(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new LaxType.Mismatch("string_unicode",
          "Input should be a valid string, unable to parse raw data as a unicode string");
    }
    if (text.indexOf('\0') >= 0) {
      throw refused("the character U+0000 cannot be stored");
    }
    return text;
  }

  /** @throws InvalidRequest that names the field when its text cannot be stored, nor compared with what is */
  public static void check(String field, String text) {
    try {
      text(text);
    } catch (LaxType.Mismatch mismatch) {
      throw new InvalidRequest(
          List.of(new Problem(mismatch.type(), List.of(field), mismatch.getMessage(), JSON.createValue(text))));
    }
  }

  private void check(JsonValue value, int level) {
    switch (value.getValueType()) {
      case STRING -> text(((JsonString) value).getString());
      case NUMBER -> number(((JsonNumber) value).bigDecimalValue());
      case ARRAY -> {
        checkLevel(level);
        value.asJsonArray().forEach(item -> check(item, level + 1));
      }
      case OBJECT -> {
        checkLevel(level);
        value.asJsonObject().forEach((name, item) -> {
          text(name);
          check(item, level + 1);
        });
      }
      default -> { }
    }
  }

  private void checkLevel(int level) {
    if (level > MAX_LEVELS) {
      throw refused(field + " must not be nested deeper than " + MAX_LEVELS + " levels");
    }
  }

  private void number(BigDecimal number) {
    long written = Math.max((long) number.precision() - Math.min(number.scale(), 0), number.scale() + 1L);
    if (written > MAX_DIGITS) {
      throw refused("a number in " + field + " must not exceed " + MAX_DIGITS + " digits when it is written out");
    }
    digits += written;
    if (digits > MAX_DIGITS_TOGETHER) {
      throw refused(
          "the numbers in " + field + " must not exceed " + MAX_DIGITS_TOGETHER + " digits when they are written out");
    }
  }

  private static LaxType.Mismatch refused(String why) {
    return new LaxType.Mismatch("value_error", "Value error, " + why);
  }
}
