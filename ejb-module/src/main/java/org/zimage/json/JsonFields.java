package org.zimage.json;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;

/** Writes the fields of a JSON object, null where there is nothing to say: answers show every field. */
public final class JsonFields {
  private final JsonObjectBuilder object = JSON.createObjectBuilder();

  private JsonFields() { }

  public static JsonFields object() {
    return new JsonFields();
  }

  public JsonFields add(String name, String value) {
    return add(name, value == null ? null : JSON.createValue(value));
  }

  public JsonFields add(String name, Integer value) {
    return add(name, value == null ? null : JSON.createValue(value));
  }

  public JsonFields add(String name, Long value) {
    return add(name, value == null ? null : JSON.createValue(value));
  }

  /** Null also for what is no number of JSON: rows of older installations may hold infinity. */
  public JsonFields add(String name, Double value) {
    return add(name, value == null || !Double.isFinite(value) ? null : JSON.createValue(value));
  }

  public JsonFields add(String name, Boolean value) {
    if (value == null) {
      return add(name, (JsonValue) null);
    }
    return add(name, value ? JsonValue.TRUE : JsonValue.FALSE);
  }

  public JsonFields add(String name, JsonValue value) {
    object.add(name, value == null ? JsonValue.NULL : value);
    return this;
  }

  public JsonObject build() {
    return object.build();
  }
}
