package org.zimage.task;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.sql.SQLException;
import org.postgresql.util.PGobject;

/** The text of a JSON value as {@code jsonb}. Reading parses nothing, so that a row of an older installation can be read. */
@Converter
public class JsonbText implements AttributeConverter<String, PGobject> {
  @Override
  public PGobject convertToDatabaseColumn(String json) {
    PGobject column = new PGobject();
    column.setType("jsonb");
    try {
      column.setValue(json);
    } catch (SQLException e) {
      throw new IllegalStateException("A plain PGobject takes every text", e);
    }
    return column;
  }

  @Override
  public String convertToEntityAttribute(PGobject column) {
    return column == null ? null : column.getValue();
  }
}
