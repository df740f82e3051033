package org.zimage.json;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbConfig;
import org.zimage.api.UtcTimeAdapter;

/** How this system writes bodies: each is a record, and looks as the record is declared. */
public final class Bodies {
  /** Thread-safe. Nothing in it is to be closed: it has no components of CDI. */
  public static final Jsonb JSONB = JsonbBuilder.create(
      new JsonbConfig().withNullValues(true).withAdapters(new UtcTimeAdapter())
          .withSerializers(new RecordSerializer(), new FiniteNumber()));

  private Bodies() { }

  /** A body, or any value in one, as JSON. */
  public static String text(Object body) {
    return JSONB.toJson(body);
  }
}
