package org.zimage.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryCursorTest {
  private static final String BATCH = "0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a";

  @Test
  void aPlaceIsReadAsItWasWritten() {
    HistoryCursor place = new HistoryCursor(Instant.parse("2026-01-31T10:00:00.000001Z"), UUID.fromString(BATCH));

    assertThat(HistoryCursor.parse(place.toString())).contains(place);
  }

  /** In the years -29719 and -4800. */
  @ParameterizedTest
  @ValueSource(strings = {"-999999999999999999_" + BATCH, "-213641280000000000_" + BATCH})
  void aMomentThatTheDatabaseDoesNotKnowIsNoPlace(String text) {
    assertThat(HistoryCursor.parse(text)).isEmpty();
  }
}
