package org.zimage.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.zimage.cli.argument.ByteOrderMark;
import org.zimage.cli.argument.PictureFile;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.output.Terminal;
import org.zimage.pipeline.Picture;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.ZImageModel;
import org.zimage.pipeline.network.SessionOptions;
import org.zimage.pipeline.sampler.NoiseGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "draw", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Draws one picture with an exported model; no servers needed.",
    footer = {"", "Example:", "  zimage draw --model /tmp/nano --prompt \"a red circle\" --seed 3 -o circle.png"})
public final class DrawCommand implements Callable<Integer> {
  private static final long RANDOM_SEED_LIMIT = 1L << 32;

  @Spec private CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "FOLDER", description = "made by 'zimage export'")
  private Path model;

  @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "what to draw")
  private String prompt;

  @Option(names = {"-o", "--output"}, required = true, paramLabel = "FILE", description = "the PNG to write")
  private Path output;

  @Option(names = "--negative-prompt", defaultValue = "", paramLabel = "TEXT",
      description = "what to avoid; needs --guidance")
  private String negativePrompt;

  @Option(names = "--seed", paramLabel = "N",
      description = "the same seed draws the same picture (drawn by lot if absent)")
  private Long seed;

  @Option(names = "--width", defaultValue = "1024", description = "64 to 2048 (1024)")
  private int width;

  @Option(names = "--height", defaultValue = "1024", description = "64 to 2048 (1024)")
  private int height;

  @Option(names = "--steps", defaultValue = "9", description = "1 to 50 (9)")
  private int steps;

  @Option(names = "--guidance", defaultValue = "0", description = "0 to 20; 0 for none (0)")
  private double guidance;

  @Option(names = "--cfg-normalization", description = "clip the guided prediction's norm")
  private boolean cfgNormalization;

  @Option(names = "--cfg-truncation", defaultValue = "1",
      description = "the part of the way after which guidance is off (1: never)")
  private double cfgTruncation;

  @Option(names = "--max-sequence-length", defaultValue = "512", description = "tokens of the prompt, 1 to 1024 (512)")
  private int maxSequenceLength;

  @Option(names = "--noise", defaultValue = "cpu", description = "whose seeds: cpu or cuda, as PyTorch's (cpu)")
  private NoiseGenerator noise;

  @Override
  public Integer call() throws IOException {
    long usedSeed = seed != null ? seed : drawSeed(new SecureRandom());
    Sampling sampling = new Sampling(ByteOrderMark.takeOff(prompt), negativePrompt, width, height, steps, guidance,
        usedSeed, cfgNormalization, cfgTruncation, maxSequenceLength, noise);
    PictureFile.checkPlace(output); // before the minutes that a large model may take
    try (ZImageModel loaded = ZImageModel.load(model, SessionOptions.defaults())) {
      StepBar bar = new StepBar(spec.commandLine().getErr(), Terminal.isWatched());
      Picture picture = loaded.generate(sampling, bar);
      bar.finish();
      PngFile.write(output, picture, sampling.texts(loaded.manifest()));
    }
    spec.commandLine().getOut().printf("%s (seed %d)%n", output, usedSeed);
    return ExitCode.OK;
  }

  /** Draws a seed as the server does. Every JSON reader holds it exactly, JavaScript's too. */
  static long drawSeed(RandomGenerator random) {
    return random.nextLong(RANDOM_SEED_LIMIT);
  }
}
