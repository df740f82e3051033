package org.zimage.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class HistoryPagesTest {
  @Test
  void onlyWhatIsAskedForIsSaid() {
    assertThat(HistoryPages.query(HistoryFilter.NONE, 50, 0)).isEqualTo("limit=50");
    assertThat(HistoryPages.query(new HistoryFilter("a", Instant.EPOCH, Instant.EPOCH, "SUCCESS"), 1, 2)).isEqualTo(
        "limit=1&offset=2&q=a&from=1970-01-01T00%3A00%3A00Z&to=1970-01-01T00%3A00%3A00Z&status=SUCCESS");
  }

  @Test
  void wordsMayHaveAnyCharacters() {
    assertThat(HistoryPages.query(HistoryFilter.NONE.withWords("50% a+b & {c} 红"), 1, 0))
        .isEqualTo("limit=1&q=50%25+a%2Bb+%26+%7Bc%7D+%E7%BA%A2");
  }
}
