package org.zimage.request;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.GenerateImageRequest.Taken;
import org.zimage.api.ValidationError.Problem;
import org.zimage.api.json.Bodies;
import org.zimage.error.InvalidRequest;

/**
 * Reads fields of a JSON object by the rules, types and words of pydantic 2, which is what clients of the public
 * implementation meet. Problems are collected, so that a caller learns all of them at once.
 */
public final class RequestReader {
  private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

  private static final List<Rule> RULES = Stream.of(GenerateImageRequest.class.getRecordComponents()).map(Rule::of).toList();
  private static final Constructor<GenerateImageRequest> REQUEST = constructor();

  private final JsonObject body;
  /** A picture's name in a request from which its files were taken. */
  private static final Pattern PICTURE = Pattern.compile("sha256:[0-9a-f]{64}|task:[0-9A-Za-z_.:-]{1,255}");

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

  /**
   * Reads the fields of a request, by their types and by what it says is {@link Taken}. What is wrong with them is noted; the request
   * then holds null there.
   *
   * @param apart fields that somebody else reads; null in the request
   */
  public GenerateImageRequest read(Set<String> apart) {
    try {
      return REQUEST.newInstance(RULES.stream().map(rule -> apart.contains(rule.field()) ? null : value(rule)).toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("A request cannot be made", e);
    }
  }

  private static Constructor<GenerateImageRequest> constructor() {
    try {
      return GenerateImageRequest.class.getDeclaredConstructor(
          Stream.of(GenerateImageRequest.class.getRecordComponents()).map(RecordComponent::getType).toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a field may hold. */
  private record Rule(String field, Class<?> type, boolean nullable, double min, double max, String byDefault, List<String> words,
      boolean picture, boolean orTruth) {
    static Rule of(RecordComponent component) {
      String field = Bodies.name(component);
      Class<?> type = component.getType();
      Taken taken = component.getAnnotation(Taken.class);
      return taken == null ? new Rule(field, type, true, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, null, List.of(), false, false)
          : new Rule(field, type, taken.nullable(), taken.min(), taken.max(),
              taken.byDefault().equals(Taken.NOTHING) ? null : taken.byDefault(), List.of(taken.words()), taken.picture(),
              taken.orTruth());
    }

    /** What stands for a field that is missing. */
    Object missing() {
      if (byDefault == null || type == String.class) {
        return byDefault;
      }
      return type == Integer.class ? (Object) Integer.valueOf(byDefault) : Double.valueOf(byDefault);
    }
  }

  private Object value(Rule rule) {
    String field = rule.field();
    if (!body.containsKey(field) && !rule.nullable() && rule.byDefault() == null) {
      problems.add(new Problem("missing", List.of("body", field), "Field required", body));
      return null;
    }
    if (!body.containsKey(field)) {
      return rule.missing();
    }
    return body.isNull(field) && rule.nullable() ? null : read(rule);
  }

  private Object read(Rule rule) {
    String field = rule.field();
    if (rule.type() == String.class) {
      return rule.picture() ? picture(field) : rule.words().isEmpty() ? text(rule) : word(field, rule.words());
    } else if (rule.type() == Integer.class) {
      BigInteger whole = wholeNumber(field, limit(rule.min()), limit(rule.max()));
      return whole == null ? null : whole.intValueExact();
    } else if (rule.type() == Long.class) {
      BigInteger whole = wholeNumber(field, MIN_LONG, MAX_LONG);
      return whole == null ? null : whole.longValueExact();
    } else if (rule.type() == Double.class) {
      return number(rule);
    } else if (rule.type() == Boolean.class) {
      return converted(field, LaxType::truth);
    } else if (rule.type() == JsonObject.class) {
      return object(field, (int) rule.max());
    }
    throw new IllegalStateException("A field is a text, a number, a truth value or an object (got " + field + ")");
  }

  private static BigInteger limit(double whole) {
    return BigInteger.valueOf((long) whole);
  }

  private String word(String field, List<String> words) {
    if (body.get(field) instanceof JsonString string && words.contains(string.getString())) {
      return string.getString();
    }
    return refuse(field, "literal_error", "Input should be " + words.stream().map(word -> "'" + word + "'")
        .collect(Collectors.joining(", ")).replaceFirst("^(.*), ", "$1 or "));
  }

  private String picture(String field) {
    if (body.get(field) instanceof JsonString string && PICTURE.matcher(string.getString()).matches()) {
      return string.getString();
    }
    return refuse(field, "value_error", "Value error, " + field
        + " should be a data URL of a PNG, JPEG or WebP picture in base64, or task: and the id of a finished task");
  }

  private Double number(Rule rule) {
    String field = rule.field();
    Double value = converted(field, rule.orTruth() ? LaxType::truthOrNumber : LaxType::number);
    if (value == null) {
      return null;
    }
    if (value < rule.min()) {
      return refuse(field, "greater_than_equal", "Input should be greater than or equal to " + plain(rule.min()));
    }
    if (Double.isFinite(rule.max()) && !(value <= rule.max())) {
      return refuse(field, "less_than_equal", "Input should be less than or equal to " + plain(rule.max()));
    }
    return Double.isFinite(value) ? value : refuse(field, "finite_number", "Input should be a finite number");
  }

  private JsonObject object(String field, int maxBytes) {
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

  /** Whether something is wrong with such a field. */
  public boolean isRefused(String field) {
    return problems.stream().anyMatch(problem -> problem.loc().equals(List.of("body", field)));
  }

  /** A text's length is counted in code points. */
  private String text(Rule rule) {
    String field = rule.field();
    if (!(body.get(field) instanceof JsonString string)) {
      return refuse(field, "string_type", "Input should be a valid string");
    }
    String text = string.getString();
    if (text.codePointCount(0, text.length()) > rule.max()) {
      return refuse(field, "string_too_long", "String should have at most " + plain(rule.max()) + " characters");
    }
    if (text.isEmpty() && rule.min() > 0) {
      return refuse(field, "string_too_short", "String should have at least 1 character");
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
