package org.zimage.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.platform.Platform;

@ExtendWith(Platform.class)
class DatabaseClockTest {
  @ParameterizedTest
  @ValueSource(longs = {3_600, -3_600, 0})
  void aMachineWhoseClockIsWrongTellsTheDatabasesTime(long secondsAhead) throws SQLException {
    DatabaseClock clock = new DatabaseClock(Platform.database(),
        Clock.offset(Clock.systemUTC(), Duration.ofSeconds(secondsAhead)));
    clock.measure();
    // The database is on this machine, and so on its clock
    assertThat(clock.instant()).isCloseTo(Instant.now(), within(1, ChronoUnit.SECONDS));
  }

  @Test
  void aMachineTellsItsOwnTimeUntilItCouldAsk() {
    Instant own = Instant.parse("2026-01-02T03:04:05Z");
    assertThat(new DatabaseClock(Platform.database(), Clock.fixed(own, Clock.systemUTC().getZone())).instant()).isEqualTo(own);
  }
}
