package org.zimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.zimage.api.TaskSummary;

class HistoryTableTest {
  private static final Instant CREATED = Instant.parse("2025-01-01T12:00:00Z");

  @Test
  void aBatchIsALine() {
    assertThat(HistoryTable.line(batch("a cat\nsitting   on the chair"))).isEqualTo("0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a  "
        + HistoryTable.time(CREATED) + "  SUCCESS    3/4  a cat sitting on the chair");
  }

  @Test
  void aLongPromptIsCutBetweenCharacters() {
    String line = HistoryTable.line(batch("🐈".repeat(100)));

    assertThat(line).endsWith("  " + "🐈".repeat(43) + "…");
  }

  private static TaskSummary batch(String prompt) {
    return new TaskSummary("0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a", "SUCCESS", CREATED, prompt, 64, 64, null, null, 9, 0.0, 1L,
        4, 3, 1, 1L);
  }
}
