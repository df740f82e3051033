package org.zimage.settings;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;

/**
 * How long tasks stay that are over. A request may ask for an earlier end, not for a later one.
 *
 * @param days the part in years, months and days
 * @param time the part in hours, minutes and seconds
 */
public record Retention(Period days, Duration time) {
  /** All stay. */
  public static final Retention NONE = new Retention(Period.ZERO, Duration.ZERO);
  private static final String VARIABLE = "ZIMAGE_RETENTION";
  private static final Period LONGEST = Period.ofYears(1_000);
  private static final String ALLOWED = "a period of ISO 8601 such as P30D, P1Y or PT12H, above 0 and of at most 1000 years";

  static Retention read(Settings.Reader reader) {
    String text = reader.text(VARIABLE, null);
    if (text == null) {
      return NONE;
    }
    try {
      Retention retention = parse(text);
      if (retention.isAllowed()) {
        return retention;
      }
    } catch (DateTimeException | ArithmeticException noPeriod) {
      // The same answer as for one that is too long
    }
    throw new InvalidSetting(VARIABLE, text, ALLOWED);
  }

  /** Java has a type for either part of a period, and none for both. */
  private static Retention parse(String text) {
    int time = text.toUpperCase(Locale.ROOT).indexOf('T');
    return time < 0 ? new Retention(Period.parse(text), Duration.ZERO)
        : new Retention(time == 1 ? Period.ZERO : Period.parse(text.substring(0, time)), Duration.parse("P" + text.substring(time)));
  }

  private boolean isAllowed() {
    boolean hasMinus = days.isNegative() || time.isNegative();
    Instant start = Instant.EPOCH;
    return !hasMinus && !after(start).equals(start)
        && !after(start).isAfter(new Retention(LONGEST, Duration.ZERO).after(start));
  }

  private Instant after(Instant start) {
    return start.atOffset(ZoneOffset.UTC).plus(days).plus(time).toInstant();
  }

  /** The moment before which a task has ended that is to be removed now; empty where all stay. */
  public Optional<Instant> cutoff(Instant now) {
    return equals(NONE) ? Optional.empty() : Optional.of(now.atOffset(ZoneOffset.UTC).minus(days).minus(time).toInstant());
  }

  /**
   * When a task is removed.
   *
   * @param ended when it was over
   * @param expiresIn the seconds that its request asked for; null for none
   * @return null where nothing removes it
   */
  public Instant end(Instant ended, Integer expiresIn) {
    Instant own = expiresIn == null ? null : ended.plusSeconds(expiresIn);
    if (equals(NONE)) {
      return own;
    }
    Instant latest = after(ended);
    return own == null || own.isAfter(latest) ? latest : own;
  }

  /** As it was set. */
  @Override
  public String toString() {
    String period = days.isZero() && !time.isZero() ? "P" : days.toString();
    return equals(NONE) ? "none" : time.isZero() ? period : period + time.toString().substring(1);
  }
}
