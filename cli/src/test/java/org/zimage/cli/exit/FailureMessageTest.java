package org.zimage.cli.exit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class FailureMessageTest {
  @Test
  void aFailureWithoutWordsIsNamed() {
    assertThat(FailureMessage.of(new IllegalArgumentException()).line()).isEqualTo("java.lang.IllegalArgumentException");
    assertThat(FailureMessage.text(new TimeoutException())).isEqualTo("java.util.concurrent.TimeoutException");
  }

  @Test
  void whatWasNotWrittenForPeopleIsNamedToo() {
    assertThat(FailureMessage.of(new IOException("No space left on device")).line())
        .isEqualTo("java.io.IOException: No space left on device");
    assertThat(FailureMessage.of(new IllegalArgumentException("--batch must be at least 1")).line())
        .isEqualTo("--batch must be at least 1");
  }
}
