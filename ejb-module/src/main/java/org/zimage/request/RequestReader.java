package org.zimage.request;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.zimage.api.ValidationError.Problem;
import org.zimage.error.InvalidRequest;

/**
 * Reads fields of a JSON object by the rules, types and words of pydantic 2, which is what clients of the public
 * implementation meet. Problems are collected, so that a caller learns all of them at once.
 */
public final class RequestReader {
  private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

  private final JsonObject body;
  private final List<Problem> problems = new ArrayList<>();

  /** @throws InvalidRequest when the body is no object */
  public RequestReader(JsonValue body) {
    if (body == null || body.getValueType() == ValueType.NULL) {
      throw new InvalidRequest(List.of(new Problem("missing", List.of("body"), "Field required", JsonValue.NULL)));
    }
    if (body.getValueType() != ValueType.OBJECT) {
      throw new InvalidRequest(List.of(new Problem("model_attributes_type", List.of("body"),
          "Input should be a valid dictionary or object to extract fields from", body)));
    }
    this.body = body.asJsonObject();
  }

  /** @throws InvalidRequest with every problem that was found until now */
  public void throwProblems() {
    if (!problems.isEmpty()) {
      throw new InvalidRequest(problems);
    }
  }

  /** A text that must be there and not empty. */
  public String requiredText(String field, int maxLength) {
    if (!body.containsKey(field)) {
      problems.add(new Problem("missing", List.of("body", field), "Field required", body));
      return null;
    }
    String text = text(field, maxLength);
    if (text != null && text.isEmpty()) {
      refuse(field, "string_too_short", "String should have at least 1 character");
    }
    return text;
  }

  /** A text that may be absent or null; its length is counted in code points. */
  public String textOrNull(String field, String byDefault, int maxLength) {
    if (!body.containsKey(field)) {
      return byDefault;
    }
    return body.isNull(field) ? null : text(field, maxLength);
  }

  /** One of some words, which may be absent or null. */
  public String wordOrNull(String field, List<String> words) {
    if (isAbsent(field)) {
      return null;
    }
    if (body.get(field) instanceof JsonString string && words.contains(string.getString())) {
      return string.getString();
    }
    return refuse(field, "literal_error", "Input should be " + words.stream().map(word -> "'" + word + "'")
        .collect(Collectors.joining(", ")).replaceFirst("^(.*), ", "$1 or "));
  }

  /** A whole number that may be absent, but not null. */
  public int integer(String field, int byDefault, int min, int max) {
    if (!body.containsKey(field)) {
      return byDefault;
    }
    BigInteger value = wholeNumber(field, BigInteger.valueOf(min), BigInteger.valueOf(max));
    return value == null ? byDefault : value.intValueExact();
  }

  /** A whole number that may be absent or null. */
  public Integer integerOrNull(String field, int min, int max) {
    if (isAbsent(field)) {
      return null;
    }
    BigInteger value = wholeNumber(field, BigInteger.valueOf(min), BigInteger.valueOf(max));
    return value == null ? null : value.intValueExact();
  }

  /** A whole number of 64 bits that may be absent or null. */
  public Long longOrNull(String field) {
    if (isAbsent(field)) {
      return null;
    }
    BigInteger value = wholeNumber(field, MIN_LONG, MAX_LONG);
    return value == null ? null : value.longValueExact();
  }

  /** A number that may be absent, but not null. */
  public double number(String field, double byDefault, double min, double max) {
    if (!body.containsKey(field)) {
      return byDefault;
    }
    Double value = converted(field, LaxType::number);
    if (value == null) {
      return byDefault;
    }
    if (value < min) {
      refuse(field, "greater_than_equal", "Input should be greater than or equal to " + plain(min));
    } else if (!(value <= max)) {
      refuse(field, "less_than_equal", "Input should be less than or equal to " + plain(max));
    }
    return value;
  }

  /** A finite number that may be absent or null. */
  public Double numberOrNull(String field) {
    if (isAbsent(field)) {
      return null;
    }
    Double value = converted(field, LaxType::number);
    if (value != null && !Double.isFinite(value)) {
      refuse(field, "finite_number", "Input should be a finite number");
    }
    return value;
  }

  /** A number within limits, which may be absent or null. */
  public Double numberOrNull(String field, double min, double max) {
    return isAbsent(field) ? null : Double.valueOf(number(field, min, min, max));
  }

  /** A text of a form, which may be absent or null; {@code expected} says what it should be. */
  public String matchOrNull(String field, Pattern form, String expected) {
    if (isAbsent(field)) {
      return null;
    }
    if (body.get(field) instanceof JsonString string && form.matcher(string.getString()).matches()) {
      return string.getString();
    }
    return refuse(field, "value_error", "Value error, " + field + " should be " + expected);
  }

  /** Whether something is wrong with such a field. */
  public boolean isRefused(String field) {
    return problems.stream().anyMatch(problem -> problem.loc().equals(List.of("body", field)));
  }

  /** A truth value that may be absent or null. */
  public Boolean booleanOrNull(String field) {
    return isAbsent(field) ? null : converted(field, LaxType::truth);
  }

  /** An object that can be stored; may be absent or null. */
  public JsonObject objectOrNull(String field, int maxBytes) {
    if (isAbsent(field)) {
      return null;
    }
    JsonValue value = body.get(field);
    if (value.getValueType() != ValueType.OBJECT) {
      return refuse(field, "dict_type", "Input should be a valid dictionary");
    }
    int bytes = value.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > maxBytes) {
      return refuse(field, "value_error",
          "Value error, " + field + " must not exceed " + maxBytes + " bytes as JSON (got " + bytes + ")");
    }
    return converted(field, object -> StorableJson.object(field, object.asJsonObject()));
  }

  /** A field as it was sent, for who reads it in his own way; JSON's null where it is absent. */
  public JsonValue value(String field) {
    return body.getOrDefault(field, JsonValue.NULL);
  }

  /** Notes that such a field is wrong. */
  public void refuse(String field, String message) {
    refuse(field, "value_error", "Value error, " + message);
  }

  /** Whether such a field says nothing. */
  public boolean isAbsent(String field) {
    return !body.containsKey(field) || body.isNull(field);
  }

  private String text(String field, int maxLength) {
    if (!(body.get(field) instanceof JsonString string)) {
      return refuse(field, "string_type", "Input should be a valid string");
    }
    String text = string.getString();
    if (text.codePointCount(0, text.length()) > maxLength) {
      return refuse(field, "string_too_long", "String should have at most " + maxLength + " characters");
    }
    return converted(field, stored -> StorableJson.text(text));
  }

  private BigInteger wholeNumber(String field, BigInteger min, BigInteger max) {
    BigInteger whole = converted(field, LaxType::wholeNumber);
    if (whole == null) {
      return null;
    }
    if (whole.compareTo(min) < 0) {
      return refuse(field, "greater_than_equal", "Input should be greater than or equal to " + min);
    }
    if (whole.compareTo(max) > 0) {
      return refuse(field, "less_than_equal", "Input should be less than or equal to " + max);
    }
    return whole;
  }

  private <T> T converted(String field, Function<JsonValue, T> type) {
    try {
      return type.apply(body.get(field));
    } catch (LaxType.Mismatch mismatch) {
      return refuse(field, mismatch.type(), mismatch.getMessage());
    }
  }

  private static String plain(double limit) {
    return BigDecimal.valueOf(limit).stripTrailingZeros().toPlainString();
  }

  /** Notes a problem; the value it returns is never used, because the request is refused as a whole. */
  private <T> T refuse(String field, String type, String message) {
    problems.add(new Problem(type, List.of("body", field), message, body.get(field)));
    return null;
  }
}
