package org.zimage.lora;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.zimage.api.lora.Lora;
import org.zimage.error.InvalidRequest;
import org.zimage.request.JsonText;
import org.zimage.request.RequestReader;

/** Reads the adapters that a request names. */
public final class LoraReader {
  /** What a request says of them. */
  public static final String FIELD = "loras";

  private LoraReader() { }

  /**
   * @param fields of the request; takes what is wrong
   * @return null when the request names none, or something wrong
   */
  public static List<Lora> read(RequestReader fields) {
    if (fields.isAbsent(FIELD)) {
      return null;
    }
    if (!(list(fields.value(FIELD)) instanceof JsonArray list) || list.size() > Lora.MAX_LORAS) {
      return refuse(fields, "at most " + Lora.MAX_LORAS + " objects are listed");
    }
    List<Lora> read = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonValue each : list) {
      if (!(each instanceof JsonObject named) || !(named.get("name") instanceof JsonString name) || !LoraFolder.isName(name.getString())) {
        return refuse(fields, "each has a name of letters, digits, points, dashes and underscores");
      }
      if (!names.add(name.getString())) {
        return refuse(fields, "each is named once (" + name.getString() + " is named twice)");
      }
      Double strength = strength(named.getOrDefault("strength", JsonValue.NULL));
      if (strength == null) {
        return refuse(fields, "a strength is a number from -4 to 4");
      }
      read.add(Lora.of(name.getString(), strength));
    }
    return read.isEmpty() ? null : read;
  }

  /** A form has it as text. */
  private static JsonValue list(JsonValue value) {
    try {
      return value instanceof JsonString text ? JsonText.parse(text.getString()) : value;
    } catch (InvalidRequest noJson) {
      return value;
    }
  }

  private static Double strength(JsonValue value) {
    if (value == JsonValue.NULL) {
      return 1.0;
    }
    return value instanceof JsonNumber number && Math.abs(number.doubleValue()) <= Lora.MAX_STRENGTH ? number.doubleValue() : null;
  }

  private static List<Lora> refuse(RequestReader fields, String rule) {
    fields.refuse(FIELD, "loras are a list such as [{\"name\":\"blueprint\",\"strength\":0.8}]: " + rule);
    return null;
  }
}
