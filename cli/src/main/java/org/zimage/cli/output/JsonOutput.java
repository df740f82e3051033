package org.zimage.cli.output;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.zimage.api.UtcTimeAdapter;
import org.zimage.api.model.CfgNormalization;

/**
 * The server's answers as JSON for scripts, with the same names, order and nulls. JSON-B would leave the nulls out. The caller's
 * key is left out.
 */
public final class JsonOutput {
  private static final String KEY = "auth_key";
  private static final UtcTimeAdapter TIME = new UtcTimeAdapter();

  private JsonOutput() { }

  public static JsonObject of(Record answer) {
    JsonObjectBuilder object = Json.createObjectBuilder();
    for (RecordComponent component : answer.getClass().getRecordComponents()) {
      Object value = read(component, answer);
      if (!name(component).equals(KEY) && (value != null || isShownAsNull(component))) {
        object.add(name(component), value(value));
      }
    }
    return object.build();
  }

  public static JsonArray of(List<?> answers) {
    JsonArrayBuilder array = Json.createArrayBuilder();
    answers.forEach(answer -> array.add(value(answer)));
    return array.build();
  }

  private static JsonValue value(Object value) {
    if (value == null) {
      return JsonValue.NULL;
    } else if (value instanceof JsonValue json) {
      return json;
    } else if (value instanceof Record record) {
      return of(record);
    } else if (value instanceof List<?> list) {
      return of(list);
    } else if (value instanceof Map<?, ?> map) {
      JsonObjectBuilder object = Json.createObjectBuilder();
      map.forEach((name, member) -> object.add(name.toString(), value(member)));
      return object.build();
    } else if (value instanceof Boolean bool) {
      return bool ? JsonValue.TRUE : JsonValue.FALSE;
    } else if (value instanceof Number number) {
      return Json.createValue(new BigDecimal(number.toString()));
    } else if (value instanceof Instant instant) {
      return Json.createValue(TIME.adaptToJson(instant));
    }
    return Json.createValue(value.toString());
  }

  private static boolean isShownAsNull(RecordComponent component) {
    JsonbNillable nillable = component.getAccessor().getAnnotation(JsonbNillable.class);
    return nillable == null || nillable.value();
  }

  private static String name(RecordComponent component) {
    JsonbProperty property = component.getAccessor().getAnnotation(JsonbProperty.class);
    return property == null ? component.getName() : property.value();
  }

  private static Object read(RecordComponent component, Record answer) {
    try {
      Object value = component.getAccessor().invoke(answer);
      JsonbTypeAdapter adapted = component.getAccessor().getAnnotation(JsonbTypeAdapter.class);
      return value instanceof Double factor && adapted != null && adapted.value() == CfgNormalization.class
          ? CfgNormalization.json(factor) : value;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }
}
