package org.zimage.task;

import static org.zimage.task.JsonLibrary.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.io.StringReader;
import java.sql.SQLException;
import org.postgresql.util.PGobject;

/** JSON objects as {@code jsonb}; whatever else an older installation stored there reads as null. */
@Converter
public class JsonbConverter implements AttributeConverter<JsonObject, Object> {
  @Override
  public Object convertToDatabaseColumn(JsonObject object) {
    PGobject column = new PGobject();
    column.setType("jsonb");
    try {
      column.setValue(object == null ? null : object.toString());
    } catch (SQLException e) {
      throw new IllegalStateException("The driver does not take JSON as jsonb", e);
    }
    return column;
  }

  @Override
  public JsonObject convertToEntityAttribute(Object column) {
    return column == null ? null : object(column.toString());
  }

  /** The object that a column's text is; null for none. */
  static JsonObject object(String text) {
    if (text == null) {
      return null;
    }
    try (JsonReader reader = JSON.createReader(new StringReader(text))) {
      JsonValue value = reader.readValue();
      return value.getValueType() == ValueType.OBJECT ? value.asJsonObject() : null;
    }
  }
}
