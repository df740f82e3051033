package org.zimage.checkpoint;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.file.Path;

/**
 * The fields of one configuration file, each read with its type; an error names the file, the field and what was
 * expected.
 */
record Fields(Path file, JsonObject json) {

  static Fields of(Path file) {
    return new Fields(file, JsonFile.read(file));
  }

  int whole(String field) {
    if (json.get(field) instanceof JsonNumber number && number.isIntegral() && number.intValueExact() > 0) {
      return number.intValueExact();
    }
    throw unexpected(field, "a positive whole number");
  }

  double number(String field) {
    if (json.get(field) instanceof JsonNumber number) {
      return number.doubleValue();
    }
    throw unexpected(field, "a number");
  }

  double number(String field, double otherwise) {
    return isGiven(field) ? number(field) : otherwise;
  }

  boolean flag(String field, boolean otherwise) {
    return isGiven(field) ? json.get(field).getValueType() == JsonValue.ValueType.TRUE : otherwise;
  }

  int[] wholes(String field) {
    if (json.get(field) instanceof JsonArray array && array.stream().allMatch(JsonNumber.class::isInstance)) {
      return array.stream().mapToInt(value -> ((JsonNumber) value).intValue()).toArray();
    }
    throw unexpected(field, "a list of whole numbers");
  }

  String text(String field) {
    if (json.get(field) instanceof JsonString text) {
      return text.getString();
    }
    throw unexpected(field, "a text");
  }

  /** Refuses a configuration that the exporter would turn into a wrong picture. */
  void require(boolean holds, String field, String expected) {
    if (!holds) {
      throw unexpected(field, expected);
    }
  }

  boolean isGiven(String field) {
    return json.containsKey(field) && json.get(field) != JsonValue.NULL;
  }

  CheckpointException unexpected(String field, String expected) {
    JsonValue value = json.get(field);
    return new CheckpointException(file + ": " + field + " is " + (value == null ? "missing" : value) + ", expected "
        + expected);
  }
}
