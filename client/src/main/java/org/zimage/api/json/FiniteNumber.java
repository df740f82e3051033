package org.zimage.api.json;

import jakarta.json.bind.serializer.JsonbSerializer;
import jakarta.json.bind.serializer.SerializationContext;
import jakarta.json.stream.JsonGenerator;
import java.math.BigDecimal;

/** Writes null for what is no number of JSON: rows of older installations may hold infinity. */
final class FiniteNumber implements JsonbSerializer<Double> {
  @Override
  public void serialize(Double number, JsonGenerator out, SerializationContext context) {
    if (Double.isFinite(number)) {
      out.write(BigDecimal.valueOf(number));
    } else {
      out.writeNull();
    }
  }

  /** The same, as a member of an object. */
  static void write(String name, Double number, JsonGenerator out) {
    if (Double.isFinite(number)) {
      out.write(name, BigDecimal.valueOf(number));
    } else {
      out.writeNull(name);
    }
  }
}
