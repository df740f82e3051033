package org.zimage.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.caller.Caller;
import org.zimage.platform.Platform;

/** What callers look for, asked of a real database: each has an answer, or is no place and no word. */
@ExtendWith(Platform.class)
class HistoryFuzzTest {
  private final History history = Platform.bean(History.class);

  @FuzzTest
  void cursor(byte[] text) {
    HistoryCursor.parse(text(text)).ifPresent(cursor -> {
      assertThat(HistoryCursor.parse(cursor.toString())).contains(cursor);
      history.page(Caller.ANONYMOUS, new BatchFilter(null, null, null, null, cursor), 1, 0);
    });
  }

  @FuzzTest
  void words(byte[] text) {
    PromptWords.parse(text(text)).ifPresent(words ->
        history.page(Caller.ANONYMOUS, new BatchFilter(words, null, null, null, null), 1, 0));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
