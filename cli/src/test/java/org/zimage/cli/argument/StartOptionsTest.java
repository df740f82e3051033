package org.zimage.cli.argument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class StartOptionsTest {
  @Test
  void whatIsKeptOutsideOfTheMaskCanBeSaidBothWaysAndLeftToWhoDraws() {
    assertThat(options("--preserve-unmasked").preserveUnmasked()).isTrue();
    assertThat(options("--no-preserve-unmasked").preserveUnmasked()).isFalse();
    assertThat(options().preserveUnmasked()).isNull();
  }

  @Test
  void theOptionAndTheFileAreNamedWhenItCannotBeRead() {
    StartOptions missing = options("--image", "missing.png", "--mask", "pom.xml");

    assertThatThrownBy(missing::imageToSend).isInstanceOf(IllegalArgumentException.class).hasMessage("--image: missing.png is not there");
    assertThatThrownBy(missing::maskToSend).isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--mask: pom.xml is no picture");
    assertThat(missing.image()).isEqualTo(new InputFile("--image", Path.of("missing.png")));
  }

  private static StartOptions options(String... arguments) {
    Parsed parsed = new Parsed();
    new CommandLine(parsed).parseArgs(arguments);
    return parsed.options;
  }

  @Command
  private static final class Parsed {
    @Mixin
    private StartOptions options;
  }
}
