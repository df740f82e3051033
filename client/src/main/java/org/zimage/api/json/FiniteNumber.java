package org.zimage.api.json;

import jakarta.json.bind.serializer.JsonbSerializer;
import jakarta.json.bind.serializer.SerializationContext;
import jakarta.json.stream.JsonGenerator;
import java.math.BigDecimal;

/** Writes null for what is no number of JSON: rows of older installations may hold infinity. */
final class FiniteNumber implements JsonbSerializer<Double> {
  @Override
  public void serialize(Double number, JsonGenerator out, SerializationContext context) {
    write(number, out);
  }

  static void write(Double number, JsonGenerator out) {
    if (Double.isFinite(number)) {
      out.write(BigDecimal.valueOf(number));
    } else {
      out.writeNull();
    }
  }
}
