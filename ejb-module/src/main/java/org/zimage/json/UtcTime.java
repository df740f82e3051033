package org.zimage.json;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Points in time as all our answers write them. */
public final class UtcTime {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'+00:00'").withZone(ZoneOffset.UTC);

  private UtcTime() { }

  /** ISO-8601 in UTC with exactly six digits of microseconds: {@code 2025-01-01T12:00:00.000000+00:00}. */
  public static String format(Instant instant) {
    return FORMAT.format(instant);
  }
}
