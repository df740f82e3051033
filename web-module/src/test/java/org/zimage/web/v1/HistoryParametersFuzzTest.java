package org.zimage.web.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.zimage.api.ValidationError.Problem;
import org.zimage.error.InvalidRequest;

/** Parameters of the history: each is read, or refused with its name. */
class HistoryParametersFuzzTest {
  @FuzzTest
  void wholeNumber(byte[] text) {
    try {
      WholeNumber.parse("limit", text(text), 20);
    } catch (InvalidRequest refused) {
      assertThat(refused).hasMessageContaining("limit");
    }
  }

  @FuzzTest
  void time(byte[] text) {
    List<Problem> problems = new ArrayList<>();
    for (boolean end : new boolean[] {false, true}) {
      Instant time = HistoryParameters.time("from", text(text), end, problems);
      if (time != null) {
        assertThat(Timestamp.from(time)).isNotNull();
      }
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
