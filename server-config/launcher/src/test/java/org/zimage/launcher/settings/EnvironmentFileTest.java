package org.zimage.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.launcher.error.LauncherException;

class EnvironmentFileTest {
  @TempDir
  private Path folder;

  @Test
  void anAddressNeedsNoQuotes() throws IOException {
    String address = "postgresql://zimage:p%40s;s(1)@db:5432/zimage?sslmode=verify-full&sslrootcert=/etc/zimage/authority.pem";

    assertThat(read("DATABASE_URL=" + address)).isEqualTo(Map.of("DATABASE_URL", address));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
      A='b c$d'       | b c$d
      A="it's"        | it's
      A=b c           | b c
      export A=b      | b
      A=b  # the first| b
      A=b#c           | b#c
      A='b # c' # d   | b # c
      A=              | ^^
      A=''            | ^^
      A=b=c           | b=c
      """)
  void quotesSpacesAndCommentsAreReadAsAShellReadsThem(String line, String value) throws IOException {
    assertThat(read(line)).isEqualTo(Map.of("A", value));
  }

  @Test
  void commentsAndEmptyLinesAreLeftOutAndTheLastOfTwoIsTaken() throws IOException {
    assertThat(read("\uFEFF# settings\n\n  A=1\r\n # B=2\nA=3\n")).isEqualTo(Map.of("A", "3"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"A=$HOME/b", "A=\"$(id)\"", "A=`id`", "A=~/b", "A=b\\&c", "A='b'\\''c'", "A='b", "A=b'c'"})
  void whatAShellWouldReadOtherwiseIsRefusedByItsLineAndNotShown(String line) {
    assertThatThrownBy(() -> read("# first\n" + line)).isInstanceOf(LauncherException.class)
        .hasMessageStartingWith("A in line 2 of " + folder).hasMessageContaining("single quotes")
        .hasMessageNotContaining(line.substring(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret", "A =b", "source other.env"})
  void aLineThatIsNoSettingIsNamed(String line) {
    assertThatThrownBy(() -> read(line)).isInstanceOf(LauncherException.class)
        .hasMessageStartingWith("Line 1 of " + folder).hasMessageContaining("NAME=value").hasMessageNotContaining(line);
  }

  private Map<String, String> read(String text) throws IOException {
    return EnvironmentFile.read(Files.writeString(folder.resolve("zimage.env"), text));
  }
}
