package org.zimage.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.zimage.checkpoint.source.SamplingDefaults;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.sampler.NoiseGenerator;
import picocli.CommandLine;

class DrawCommandTest {
  private static final String[] NEEDED = {"--model", "nano", "--prompt", "a sea", "-o", "sea.png"};
  private static final SamplingDefaults OF_THE_MODEL = new SamplingDefaults(28, 4.0, "noise", 1.0, List.of());

  @Test
  void whatIsNotGivenIsAsTheServerHasIt() {
    assertThat(draw().sampling(3, SamplingDefaults.NONE)).isEqualTo(Sampling.of("a sea", 3));
  }

  @Test
  void whatIsNotGivenIsAsTheModelHasIt() {
    assertThat(draw().sampling(3, OF_THE_MODEL)).isEqualTo(
        new Sampling("a sea", "noise", 1024, 1024, 28, 4, 3, 1, 1, 512, NoiseGenerator.CPU));
    assertThat(draw("--steps", "9", "--negative-prompt", "", "--cfg-normalization", "false").sampling(3, OF_THE_MODEL))
        .isEqualTo(new Sampling("a sea", "", 1024, 1024, 9, 4, 3, 0, 1, 512, NoiseGenerator.CPU));
  }

  @Test
  void optionsReachTheSampling() {
    Sampling sampling = draw("--steps", "28", "--guidance", "4.5", "--negative-prompt", "blur", "--cfg-truncation", "0.8",
        "--max-sequence-length", "256", "--cfg-normalization", "0.75", "--noise", "cuda", "--width", "64", "--height", "96")
        .sampling(3, OF_THE_MODEL);

    assertThat(sampling)
        .isEqualTo(new Sampling("a sea", "blur", 64, 96, 28, 4.5, 3, 0.75, 0.8, 256, NoiseGenerator.CUDA));
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
