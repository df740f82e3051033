package org.zimage.resources;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * The database's time, so that all nodes agree: a task that a node with a wrong clock accepts has the right place in the history. The
 * time is this machine's clock plus the difference that {@link #measure} found last; before the first measurement, this machine's clock
 * alone. Thread-safe.
 */
@Singleton
public class DatabaseClock extends Clock {
  private static final Logger LOG = Logger.getLogger(DatabaseClock.class.getName());
  private static final Duration WORTH_TELLING = Duration.ofSeconds(2);

  private final DataSource dataSource;
  private final Clock own;
  private volatile Duration difference = Duration.ZERO;

  @Inject
  public DatabaseClock(DataSource dataSource) {
    this(dataSource, Clock.systemUTC());
  }

  DatabaseClock(DataSource dataSource, Clock own) {
    this.dataSource = dataSource;
    this.own = own;
  }

  /**
   * Compares the clocks. A deviation that the way to the database and back explains says nothing and changes nothing.
   *
   * @throws SQLException when the database cannot be reached; the difference stays what it was
   */
  public void measure() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement question = connection.prepareStatement("SELECT clock_timestamp()")) {
      Instant asked = own.instant();
      try (ResultSet answer = question.executeQuery()) {
        answer.next();
        Instant told = answer.getObject(1, OffsetDateTime.class).toInstant();
        Duration halfTheWay = Duration.between(asked, own.instant()).abs().dividedBy(2);
        take(Duration.between(asked.plus(halfTheWay), told), halfTheWay);
      }
    }
  }

  private void take(Duration measured, Duration uncertainty) {
    Duration deviation = measured.minus(difference).abs();
    if (deviation.compareTo(uncertainty) <= 0) {
      return;
    }
    difference = measured;
    if (deviation.compareTo(WORTH_TELLING) > 0) {
      LOG.warning(() -> "This machine's clock is " + measured.abs().toSeconds() + " s "
          + (measured.isNegative() ? "ahead of" : "behind") + " the database's, whose time is used");
    }
  }

  @Override
  public Instant instant() {
    return own.instant().plus(difference);
  }

  @Override
  public ZoneId getZone() {
    return own.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("Everything is in UTC");
  }
}
