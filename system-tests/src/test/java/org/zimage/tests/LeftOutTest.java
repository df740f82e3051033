package org.zimage.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class LeftOutTest {
  private static final Path SOURCES = Path.of("src/test/java");

  @Test
  void whatAMachineLacksLeavesATestOut() {
    assertThatThrownBy(() -> LeftOut.unless(false, "no python3 was found", false))
        .isInstanceOf(TestAbortedException.class).hasMessageContaining("no python3 was found");
  }

  @Test
  void inContinuousIntegrationItFailsTheTest() {
    assertThatThrownBy(() -> LeftOut.unless(false, "no python3 was found", true))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessage("CI=true asks for every test, but no python3 was found");
  }

  @Test
  void whatIsThereIsTried() {
    assertThatCode(() -> LeftOut.unless(true, "no python3 was found", true)).doesNotThrowAnyException();
  }

  @Test
  void nothingElseLeavesTestsOut() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<Path> others = files.filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("LeftOut.java") && !file.endsWith("LeftOutTest.java"))
          .filter(file -> read(file).matches("(?s).*(Assumptions|import static .*\\.abort;|@Disabled\\b).*")).toList();

      assertThat(others).isEmpty();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
