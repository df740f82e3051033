package org.zimage.task;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue.ValueType;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.zimage.webhook.Webhook;
import org.zimage.webhook.WebhookReader;

/**
 * Reads fields of a JSON object by the rules, types and words of pydantic 2 (its lax mode), which is what clients of the
 * public implementation meet. Problems are collected, so that a caller learns all of them at once.
 */
final class RequestReader {
  private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);
  private static final int MAX_DIGITS = 4300;
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+(_\\d+)*(\\.0+)?");
  private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d[\\d_]*\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Set<String> TRUE = Set.of("true", "t", "yes", "y", "on", "1");
  private static final Set<String> FALSE = Set.of("false", "f", "no", "n", "off", "0");

  private final JsonObject body;
  private final List<Problem> problems = new ArrayList<>();

  /** @throws InvalidRequest when the body is no object */
  RequestReader(JsonValue body) {
    if (body == null || body.getValueType() == ValueType.NULL) {
      throw new InvalidRequest(List.of(new Problem("missing", List.of("body"), "Field required", JsonValue.NULL)));
    }
    if (body.getValueType() != ValueType.OBJECT) {
      throw new InvalidRequest(List.of(new Problem("model_attributes_type", List.of("body"),
          "Input should be a valid dictionary or object to extract fields from", body)));
    }
    this.body = body.asJsonObject();
  }

  void throwProblems() {
    if (!problems.isEmpty()) {
      throw new InvalidRequest(problems);
    }
  }

  String requiredText(String field, int maxLength) {
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

  String textOrNull(String field, String byDefault, int maxLength) {
    if (!body.containsKey(field)) {
      return byDefault;
    }
    return body.isNull(field) ? null : text(field, maxLength);
  }

  int integer(String field, int byDefault, int min, int max) {
    if (!body.containsKey(field)) {
      return byDefault;
    }
    BigInteger value = wholeNumber(field, BigInteger.valueOf(min), BigInteger.valueOf(max));
    return value == null ? byDefault : value.intValueExact();
  }

  Integer integerOrNull(String field, int min, int max) {
    if (isAbsent(field)) {
      return null;
    }
    BigInteger value = wholeNumber(field, BigInteger.valueOf(min), BigInteger.valueOf(max));
    return value == null ? null : value.intValueExact();
  }

  Long longOrNull(String field) {
    if (isAbsent(field)) {
      return null;
    }
    BigInteger value = wholeNumber(field, MIN_LONG, MAX_LONG);
    return value == null ? null : value.longValueExact();
  }

  double number(String field, double byDefault, double min, double max) {
    if (!body.containsKey(field)) {
      return byDefault;
    }
    Double value = anyNumber(field);
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

  Double numberOrNull(String field) {
    if (isAbsent(field)) {
      return null;
    }
    Double value = anyNumber(field);
    if (value != null && !Double.isFinite(value)) {
      refuse(field, "finite_number", "Input should be a finite number");
    }
    return value;
  }

  Boolean booleanOrNull(String field) {
    if (isAbsent(field)) {
      return null;
    }
    JsonValue value = body.get(field);
    return switch (value.getValueType()) {
      case TRUE -> true;
      case FALSE -> false;
      case STRING -> booleanWord(field, ((JsonString) value).getString().toLowerCase(Locale.ROOT));
      case NUMBER -> booleanNumber(field, (JsonNumber) value);
      default -> refuse(field, "bool_type", "Input should be a valid boolean");
    };
  }

  JsonObject objectOrNull(String field, int maxBytes) {
    if (isAbsent(field)) {
      return null;
    }
    JsonValue value = body.get(field);
    if (value.getValueType() != ValueType.OBJECT) {
      return refuse(field, "dict_type", "Input should be a valid dictionary");
    }
    int bytes = GenerationRequest.bytes(value);
    if (bytes > maxBytes) {
      return refuse(field, "value_error",
          "Value error, " + field + " must not exceed " + maxBytes + " bytes as JSON (got " + bytes + ")");
    }
    checkCharacters(field, value);
    return value.asJsonObject();
  }

  /** The webhook that the body names; null when there is none. */
  Webhook webhook() {
    return WebhookReader.read(body, problems);
  }

  private boolean isAbsent(String field) {
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
    return isStorable(field, text) ? text : null;
  }

  private BigInteger wholeNumber(String field, BigInteger min, BigInteger max) {
    JsonValue value = body.get(field);
    BigInteger whole = switch (value.getValueType()) {
      case TRUE -> BigInteger.ONE;
      case FALSE -> BigInteger.ZERO;
      case NUMBER -> wholeFromNumber(field, (JsonNumber) value);
      case STRING -> wholeFromText(field, ((JsonString) value).getString().strip());
      default -> refuse(field, "int_type", "Input should be a valid integer");
    };
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

  private BigInteger wholeFromNumber(String field, JsonNumber number) {
    BigDecimal decimal = number.bigDecimalValue();
    if (decimal.signum() == 0) {
      return BigInteger.ZERO;
    }
    if (decimal.precision() - (long) decimal.scale() > MAX_DIGITS) {
      return refuse(field, "int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size");
    }
    // Decided by the digits, not by the value: 1e-999999999 must not be written out to find its fraction
    if (decimal.stripTrailingZeros().scale() > 0) {
      return refuse(field, "int_from_float",
          "Input should be a valid integer, got a number with a fractional part");
    }
    return decimal.toBigIntegerExact();
  }

  private BigInteger wholeFromText(String field, String text) {
    if (text.length() > MAX_DIGITS) {
      return refuse(field, "int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size");
    }
    if (!INTEGER.matcher(text).matches()) {
      return refuse(field, "int_parsing", "Input should be a valid integer, unable to parse string as an integer");
    }
    int point = text.indexOf('.');
    return new BigInteger((point < 0 ? text : text.substring(0, point)).replace("_", ""));
  }

  private Double anyNumber(String field) {
    JsonValue value = body.get(field);
    return switch (value.getValueType()) {
      case TRUE -> 1.0;
      case FALSE -> 0.0;
      case NUMBER -> ((JsonNumber) value).doubleValue();
      case STRING -> numberFromText(field, ((JsonString) value).getString().strip());
      default -> refuse(field, "float_type", "Input should be a valid number");
    };
  }

  private Double numberFromText(String field, String text) {
    switch (text.toLowerCase(Locale.ROOT)) {
      case "nan", "+nan", "-nan":
        return Double.NaN;
      case "inf", "+inf", "infinity", "+infinity":
        return Double.POSITIVE_INFINITY;
      case "-inf", "-infinity":
        return Double.NEGATIVE_INFINITY;
      default:
        if (!NUMBER.matcher(text).matches()) {
          return refuse(field, "float_parsing",
              "Input should be a valid number, unable to parse string as a number");
        }
        return Double.valueOf(text.replace("_", ""));
    }
  }

  private Boolean booleanWord(String field, String word) {
    if (TRUE.contains(word)) {
      return true;
    }
    if (FALSE.contains(word)) {
      return false;
    }
    return refuse(field, "bool_parsing", "Input should be a valid boolean, unable to interpret input");
  }

  private Boolean booleanNumber(String field, JsonNumber number) {
    BigDecimal value = number.bigDecimalValue();
    if (value.signum() == 0) {
      return false;
    }
    if (value.compareTo(BigDecimal.ONE) == 0) {
      return true;
    }
    if (number.isIntegral()) {
      return refuse(field, "bool_parsing", "Input should be a valid boolean, unable to interpret input");
    }
    return refuse(field, "bool_type", "Input should be a valid boolean");
  }

  private void checkCharacters(String field, JsonValue value) {
    switch (value.getValueType()) {
      case STRING -> isStorable(field, ((JsonString) value).getString());
      case ARRAY -> value.asJsonArray().forEach(item -> checkCharacters(field, item));
      case OBJECT -> value.asJsonObject().forEach((name, item) -> {
        if (isStorable(field, name)) {
          checkCharacters(field, item);
        }
      });
      default -> { }
    }
  }

  /** PostgreSQL's text holds neither NUL nor half a surrogate pair. */
  private boolean isStorable(String field, String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      refuse(field, "string_unicode",
          "Input should be a valid string, unable to parse raw data as a unicode string");
      return false;
    }
    if (text.indexOf('\0') >= 0) {
      refuse(field, "value_error", "Value error, the character U+0000 cannot be stored");
      return false;
    }
    return true;
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
