package org.zimage.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {
  @ParameterizedTest
  @CsvSource({"/dev/pts/3, true", "/dev/tty1, true", "/dev/console, true", "/dev/null, false", "/tmp/log, false",
      "pipe:[1234], false"})
  void progressIsForTerminals(Path device, boolean isTerminal) {
    assertThat(Terminal.isTerminal(device)).isEqualTo(isTerminal);
  }
}
