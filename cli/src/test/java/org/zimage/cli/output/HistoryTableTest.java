package org.zimage.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.zimage.api.TaskSummary;

class HistoryTableTest {
  private static final Instant CREATED = Instant.parse("2025-01-01T12:00:00Z");

  private static final String BATCH = "0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a";

  @Test
  void aBatchIsALine() {
    assertThat(HistoryTable.line(batch("a cat\nsitting   on the chair"), 120)).isEqualTo(
        BATCH + "  " + HistoryTable.time(CREATED) + "  SUCCESS    3/4  a cat sitting on the chair");
  }

  @Test
  void aLongPromptIsCutBetweenCharacters() {
    assertThat(HistoryTable.line(batch("🐈".repeat(100)), 120)).endsWith("/4  " + "🐈".repeat(47) + "…");
  }

  @Test
  void onANarrowTerminalThePromptHasItsOwnLine() {
    assertThat(HistoryTable.line(batch("a cat ".repeat(20)), 80)).isEqualTo(
        BATCH + "  " + HistoryTable.time(CREATED) + "  SUCCESS    3/4\n  " + "a cat ".repeat(12) + "a cat…");
  }

  @Test
  void noPromptTellsTheTerminalWhatToDo() {
    assertThat(HistoryTable.line(batch("a\033[2Jcat\u009b1m"), 120)).endsWith("  a\ufffd[2Jcat\ufffd1m");
  }

  private static TaskSummary batch(String prompt) {
    return new TaskSummary(BATCH, "SUCCESS", CREATED, prompt, 64, 64, null, null, 9, 0.0, 1L, 4, 3, 1, 1L);
  }
}
