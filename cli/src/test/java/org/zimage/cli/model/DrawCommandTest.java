package org.zimage.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DrawCommandTest {
  @Test
  void seedsThatAreDrawnFitIntoTheNumbersOfEveryProgram() {
    Random random = new Random(1);

    assertThat(Stream.generate(() -> DrawCommand.drawSeed(random)).limit(1_000)).allMatch(seed -> seed >= 0 && seed < 1L << 32);
  }
}
