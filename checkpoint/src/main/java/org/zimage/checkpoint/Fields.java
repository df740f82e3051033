package org.zimage.checkpoint;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongPredicate;

/**
 * The fields of an object in a JSON file, each read with its type; an error names the file, the field and what was
 * expected.
 *
 * @param place what stands before a field's name in errors: empty, or the names of the objects around it with their points
 */
public record Fields(Path file, String place, JsonObject json) {

  /** @throws CheckpointException if the file is missing or holds no JSON object */
  public static Fields of(Path file) {
    return new Fields(file, "", JsonFile.read(file));
  }

  /**
   * Of a JSON object that lies in a file of another kind.
   *
   * @throws CheckpointException if the text is no JSON object
   */
  public static Fields parse(Path file, String json) {
    return new Fields(file, "", JsonFile.parse(file, json));
  }

  /** The fields of an object inside of this one. */
  public Fields within(String field) {
    if (json.get(field) instanceof JsonObject object) {
      return new Fields(file, place + field + ".", object);
    }
    throw unexpected(field, "an object");
  }

  public int whole(String field) {
    if (isWhole(json.get(field), Fields::isPositiveInt)) {
      return ((JsonNumber) json.get(field)).intValueExact();
    }
    throw unexpected(field, "a positive whole number");
  }

  public double number(String field) {
    if (!(json.get(field) instanceof JsonNumber number)) {
      throw unexpected(field, "a number");
    }
    if (!Double.isFinite(number.doubleValue())) {
      throw unexpected(field, "a finite number");
    }
    return number.doubleValue();
  }

  /** A list of that many finite numbers. */
  public double[] numbers(String field, int count) {
    if (json.get(field) instanceof JsonArray array && array.size() == count
        && array.stream().allMatch(value -> value instanceof JsonNumber number && Double.isFinite(number.doubleValue()))) {
      return array.getValuesAs(JsonNumber.class).stream().mapToDouble(JsonNumber::doubleValue).toArray();
    }
    throw unexpected(field, "a list of " + count + " numbers");
  }

  double number(String field, double otherwise) {
    return isGiven(field) ? number(field) : otherwise;
  }

  public boolean flag(String field, boolean otherwise) {
    if (!isGiven(field)) {
      return otherwise;
    }
    JsonValue value = json.get(field);
    if (value != JsonValue.TRUE && value != JsonValue.FALSE) {
      throw unexpected(field, "true or false");
    }
    return value == JsonValue.TRUE;
  }

  public int[] wholes(String field) {
    long[] values = longs(field, Fields::isPositiveInt, "a list of positive whole numbers");
    if (values.length == 0) {
      throw unexpected(field, "a list of positive whole numbers");
    }
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  /** Whole numbers from 0 on. */
  long[] sizes(String field) {
    return longs(field, value -> value >= 0, "a list of whole numbers from 0 on");
  }

  private long[] longs(String field, LongPredicate condition, String expected) {
    if (json.get(field) instanceof JsonArray array && array.stream().allMatch(value -> isWhole(value, condition))) {
      return array.stream().mapToLong(value -> ((JsonNumber) value).longValueExact()).toArray();
    }
    throw unexpected(field, expected);
  }

  private static boolean isPositiveInt(long value) {
    return value > 0 && value <= Integer.MAX_VALUE;
  }

  private static boolean isWhole(JsonValue value, LongPredicate condition) {
    try {
      return value instanceof JsonNumber number && number.isIntegral() && condition.test(number.longValueExact());
    } catch (ArithmeticException tooLarge) {
      return false;
    }
  }

  public String text(String field) {
    if (json.get(field) instanceof JsonString text) {
      return text.getString();
    }
    throw unexpected(field, "a text");
  }

  public List<String> texts(String field) {
    if (json.get(field) instanceof JsonArray array && array.stream().allMatch(JsonString.class::isInstance)) {
      return array.getValuesAs(JsonString::getString);
    }
    throw unexpected(field, "a list of texts");
  }

  public Dtype dtype(String field) {
    try {
      return Dtype.valueOf(text(field).toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw unexpected(field, "one of " + Arrays.toString(Dtype.values()));
    }
  }

  /** Refuses a configuration that the exporter would turn into a wrong picture. */
  public void require(boolean holds, String field, String expected) {
    if (!holds) {
      throw unexpected(field, expected);
    }
  }

  public boolean isGiven(String field) {
    return json.containsKey(field) && json.get(field) != JsonValue.NULL;
  }

  private CheckpointException unexpected(String field, String expected) {
    JsonValue value = json.get(field);
    return new CheckpointException(file + ": " + place + field + " is " + (value == null ? "missing" : shortened(value))
        + ", expected " + expected);
  }

  private static String shortened(JsonValue value) {
    String text = value.toString();
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }
}
