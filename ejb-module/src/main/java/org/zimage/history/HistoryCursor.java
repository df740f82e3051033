package org.zimage.history;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the history: behind this batch, whether it is still there or not. Batches that are added or deleted meanwhile
 * move nothing.
 *
 * @param createdAt to the microsecond
 */
public record HistoryCursor(Instant createdAt, UUID batchId) {
  private static final Pattern FORM = Pattern.compile("(-?\\d{1,18})_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})");
  private static final long MICROS = 1_000_000;
  private static final int NANOS = 1_000;

  /** Reads what {@link #toString} wrote; empty for any other text. */
  public static Optional<HistoryCursor> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    long micros = Long.parseLong(form.group(1));
    Instant createdAt = Instant.ofEpochSecond(Math.floorDiv(micros, MICROS)).plus(Math.floorMod(micros, MICROS), ChronoUnit.MICROS);
    HistoryCursor place = new HistoryCursor(createdAt, UUID.fromString(form.group(2)));
    return BatchFilter.isPossible(createdAt) ? Optional.of(place) : Optional.empty();
  }

  @Override
  public String toString() {
    // ChronoUnit.MICROS.between counts nanoseconds, which are too many for a long three centuries away
    long micros = createdAt.getEpochSecond() * MICROS + createdAt.getNano() / NANOS;
    return micros + "_" + batchId;
  }
}
