package org.zimage.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OnceInLogTest {
  private final OnceInLog said = new OnceInLog();

  @Test
  void aSubjectIsSpokenOfOnce() {
    assertThat(said.isFirst("a task")).isTrue();
    assertThat(said.isFirst("a task")).isFalse();
    assertThat(said.isFirst("another")).isTrue();
  }

  @Test
  void theLastSubjectsAreRememberedNotAll() {
    said.isFirst("the first of very many");
    IntStream.range(0, 2_000).forEach(subject -> said.isFirst("subject " + subject));

    assertThat(said.isFirst("subject 1999")).isFalse();
    assertThat(said.isFirst("the first of very many")).isTrue();
  }
}
