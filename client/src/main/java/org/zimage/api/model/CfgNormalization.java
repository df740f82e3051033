package org.zimage.api.model;

import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonValue;
import jakarta.json.bind.adapter.JsonbAdapter;

/**
 * {@code cfg_normalization} in JSON: a truth value or a number. In Java it is a number alone: how many times as long as the prediction
 * for the prompt the guided prediction may be. 0, for no limit, is JSON's {@code false}, and 1 its {@code true}, as in diffusers.
 */
public final class CfgNormalization implements JsonbAdapter<Double, JsonValue> {
  /** The guided prediction may be as long as it likes. */
  public static final double OFF = 0;
  /** The guided prediction is at most as long as the prediction for the prompt. */
  public static final double ON = 1;

  /** The factor that a truth value stands for; null for null. */
  public static Double of(Boolean isOn) {
    return isOn == null ? null : Double.valueOf(isOn ? ON : OFF);
  }

  /** The factor in JSON. */
  public static JsonValue json(double factor) {
    if (factor == OFF) {
      return JsonValue.FALSE;
    }
    return factor == ON ? JsonValue.TRUE : Json.createValue(factor);
  }

  /** The factor that JSON has; null where it has something else. */
  public static Double read(JsonValue value) {
    if (value instanceof JsonNumber number) {
      return number.doubleValue();
    }
    return JsonValue.TRUE.equals(value) ? Double.valueOf(ON) : JsonValue.FALSE.equals(value) ? Double.valueOf(OFF) : null;
  }

  @Override
  public JsonValue adaptToJson(Double factor) {
    return factor == null ? JsonValue.NULL : json(factor);
  }

  @Override
  public Double adaptFromJson(JsonValue value) {
    return read(value);
  }
}
