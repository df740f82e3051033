package org.zimage.api.json;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbConfig;
import jakarta.json.bind.annotation.JsonbProperty;
import java.lang.reflect.RecordComponent;
import java.util.Set;
import org.zimage.api.UtcTimeAdapter;

/** How server, client and command line write bodies: each is a record, and looks as the record is declared. */
public final class Bodies {
  /** Thread-safe. Nothing in it is to be closed: it has no components of CDI. */
  public static final Jsonb JSONB = without();

  private Bodies() { }

  /**
   * Writes as {@link #JSONB} does, but for some components of records.
   *
   * @param names in JSON, of what is left out
   */
  public static Jsonb without(String... names) {
    return JsonbBuilder.create(new JsonbConfig().withNullValues(true).withAdapters(new UtcTimeAdapter())
        .withSerializers(new RecordSerializer(Set.of(names)), new FiniteNumber()));
  }

  /** The name of a record's component in JSON. */
  public static String name(RecordComponent component) {
    JsonbProperty named = component.getAccessor().getAnnotation(JsonbProperty.class);
    return named == null ? component.getName() : named.value();
  }

  /** A body, or any value in one, as JSON. */
  public static String text(Object body) {
    // As a record whatever its class is: JSON-B looks into classes, and may not into those that are not public
    return body instanceof Record ? JSONB.toJson(body, Record.class) : JSONB.toJson(body);
  }
}
