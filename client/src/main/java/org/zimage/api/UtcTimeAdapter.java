package org.zimage.api;

import jakarta.json.bind.adapter.JsonbAdapter;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Points in time as the contract writes them: {@code 2025-01-01T12:00:00.000000+00:00}. */
public final class UtcTimeAdapter implements JsonbAdapter<Instant, String> {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'+00:00'").withZone(ZoneOffset.UTC);

  /** ISO-8601 in UTC with exactly six digits of microseconds. */
  public static String format(Instant instant) {
    return FORMAT.format(instant);
  }

  @Override
  public String adaptToJson(Instant instant) {
    return format(instant);
  }

  /** @param text null where a time is not known */
  @Override
  public Instant adaptFromJson(String text) {
    return text == null ? null : OffsetDateTime.parse(text).toInstant();
  }
}
