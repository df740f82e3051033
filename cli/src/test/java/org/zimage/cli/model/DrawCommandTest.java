package org.zimage.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.sampler.NoiseGenerator;
import picocli.CommandLine;

class DrawCommandTest {
  private static final String[] NEEDED = {"--model", "nano", "--prompt", "a sea", "-o", "sea.png"};

  @Test
  void whatIsNotGivenIsAsTheServerHasIt() {
    assertThat(draw().sampling(3)).isEqualTo(Sampling.of("a sea", 3));
  }

  @Test
  void optionsReachTheSampling() {
    Sampling sampling = draw("--steps", "28", "--guidance", "4.5", "--negative-prompt", "blur", "--cfg-truncation", "0.8",
        "--max-sequence-length", "256", "--cfg-normalization", "--noise", "cuda", "--width", "64", "--height", "96").sampling(3);

    assertThat(sampling)
        .isEqualTo(new Sampling("a sea", "blur", 64, 96, 28, 4.5, 3, true, 0.8, 256, NoiseGenerator.CUDA));
  }

  private static DrawCommand draw(String... options) {
    DrawCommand command = new DrawCommand();
    CommandLine line = new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true);
    line.parseArgs(Stream.of(NEEDED, options).flatMap(Stream::of).toArray(String[]::new));
    return command;
  }

  @Test
  void seedsThatAreDrawnFitIntoTheNumbersOfEveryProgram() {
    Random random = new Random(1);

    assertThat(Stream.generate(() -> DrawCommand.drawSeed(random)).limit(1_000)).allMatch(seed -> seed >= 0 && seed < 1L << 32);
  }
}
