package org.zimage.cli.model;

import static java.util.Objects.requireNonNullElse;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.zimage.adapter.Adapter;
import org.zimage.adapter.AppliedAdapter;
import org.zimage.cli.argument.ByteOrderMark;
import org.zimage.cli.argument.PictureFile;
import org.zimage.cli.argument.SamplingOptions;
import org.zimage.cli.argument.StartOptions;
import org.zimage.cli.credentials.SigningOptions;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.output.Terminal;
import org.zimage.model.ModelManifest;
import org.zimage.checkpoint.source.SamplingDefaults;
import org.zimage.picture.Picture;
import org.zimage.picture.credentials.Ingredient;
import org.zimage.picture.credentials.Provenance.SoftwareAgent;
import org.zimage.picture.credentials.Provenance;
import org.zimage.picture.credentials.Signer;
import org.zimage.picture.marking.AigcLabel;
import org.zimage.picture.marking.DigitalSourceType;
import org.zimage.picture.marking.Marks;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.ZImageModel;
import org.zimage.pipeline.network.SessionOptions;
import org.zimage.pipeline.sampler.NoiseGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "draw", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Draws one picture with an exported model; no servers needed.",
    footer = {"", "Examples:", "  zimage draw --model /tmp/nano --prompt \"a red circle\" --seed 3 -o circle.png",
        "  zimage draw --model /tmp/nano --prompt \"a blue circle\" --image circle.png --mask mask.png -o blue.png",
        "  zimage draw --model /tmp/nano --prompt \"a red circle\" --lora blueprint.safetensors:0.8 -o blueprint.png"})
public final class DrawCommand implements Callable<Integer> {
  private static final long RANDOM_SEED_LIMIT = 1L << 32;

  @Spec private CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "FOLDER", description = "made by 'zimage export'")
  private Path model;

  @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "what to draw")
  private String prompt;

  @Option(names = {"-o", "--output"}, required = true, paramLabel = "FILE", description = "the PNG to write")
  private Path output;

  @Option(names = "--seed", paramLabel = "N",
      description = "the same seed draws the same picture (drawn by lot if absent)")
  private Long seed;

  @Option(names = "--width", paramLabel = "N", description = "64 to 2048 (1024; with --image its width)")
  private Integer width;

  @Option(names = "--height", paramLabel = "N", description = "64 to 2048 (1024; with --image its height)")
  private Integer height;

  @Mixin
  private StartOptions start;

  @Mixin
  private SamplingOptions options;

  @Option(names = "--noise", defaultValue = "cpu", description = "whose seeds: cpu or cuda, as PyTorch's (cpu)")
  private NoiseGenerator noise;

  @Option(names = "--aigc-producer", paramLabel = "NAME", defaultValue = "${env:ZIMAGE_AIGC_PRODUCER:-" + Option.NULL_VALUE + "}",
      description = "who answers for the picture, in a label of GB 45438 (none; or $ZIMAGE_AIGC_PRODUCER)")
  private String producer;

  @Mixin
  private SigningOptions signing;

  @Override
  public Integer call() throws IOException {
    start.checkFiles();
    checkProducer();
    PictureFile.checkPlace(output); // before the minutes that a large model may take
    Signer signer = signing.signer().orElse(null);
    StartPicture from = start.isGiven() ? StartPicture.read(start, width, height) : null;
    Sampling fromNoise = sampling(seed != null ? seed : drawSeed(new SecureRandom()), ModelManifest.read(model).defaults());
    if (from != null) {
      draw(from.in(fromNoise), from.preserveUnmasked(), from.texts(), signature(signer, from));
    } else {
      draw(fromNoise, true, Map.of(), signature(signer, null));
    }
    spec.commandLine().getOut().printf("%s (seed %d)%n", output, fromNoise.seed());
    return ExitCode.OK;
  }

  private void checkProducer() {
    if (producer != null && !AigcLabel.isAllowed(producer)) {
      throw new IllegalArgumentException("--aigc-producer takes 1 to " + AigcLabel.MAX_PRODUCER + " of " + AigcLabel.CHARACTERS
          + " (got " + producer + ")");
    }
  }

  /**
   * How the file is signed.
   *
   * @param signer null for a picture that is not signed
   * @param from null for a picture that is made from nothing
   */
  private static UnaryOperator<byte[]> signature(Signer signer, StartPicture from) {
    if (signer == null) {
      return UnaryOperator.identity();
    }
    Ingredient ingredient = null;
    if (from != null) {
      ingredient = from.credentials() == null ? Ingredient.unsigned(null) : Ingredient.of(null, from.credentials(), signer.key().anchors());
    }
    Provenance provenance =
        new Provenance(DigitalSourceType.ofDrawing(from != null).uri(), SoftwareAgent.product(), null, ingredient);
    return file -> signer.sign(file, provenance);
  }

  private void draw(Sampling wanted, boolean preserveUnmasked, Map<String, String> startTexts, UnaryOperator<byte[]> finish)
      throws IOException {
    try (ZImageModel loaded = ZImageModel.load(model, SessionOptions.defaults())) {
      Sampling sampling = wanted.withAdapters(adapters(loaded));
      StepBar bar = new StepBar(spec.commandLine().getErr(), Terminal.isWatched());
      Picture drawn = loaded.generate(sampling, bar);
      bar.finish();
      PngFile.write(output, sampling.finished(drawn, preserveUnmasked), texts(sampling, loaded, startTexts), marks(), finish);
    }
  }

  private Map<String, String> texts(Sampling sampling, ZImageModel loaded, Map<String, String> startTexts) {
    if (Boolean.FALSE.equals(options.embedParameters())) {
      return Map.of();
    }
    Map<String, String> texts = sampling.texts(loaded.manifest());
    texts.putAll(startTexts);
    return texts;
  }

  private Marks marks() {
    return new Marks(DigitalSourceType.ofDrawing(start.isGiven()),
        producer == null ? null : new AigcLabel(producer, UUID.randomUUID().toString()));
  }

  private List<AppliedAdapter> adapters(ZImageModel loaded) {
    return options.adapters().stream().map(named -> new AppliedAdapter(
        Adapter.read(name(Path.of(named.name())), Path.of(named.name()), loaded.adapterTargets()), named.strength())).toList();
  }

  /** As a server would call it. */
  private static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.safetensors$", "");
  }

  /** Without a picture to start from. What is not given is as the model has it, and otherwise as {@link Sampling#of} has it. */
  Sampling sampling(long usedSeed, SamplingDefaults defaults) {
    Sampling usual = Sampling.of(ByteOrderMark.takeOff(prompt), usedSeed).withDefaults(defaults);
    return new Sampling(usual.prompt(), requireNonNullElse(options.negativePrompt(), usual.negativePrompt()),
        requireNonNullElse(width, usual.width()), requireNonNullElse(height, usual.height()),
        requireNonNullElse(options.steps(), usual.steps()), requireNonNullElse(options.guidance(), usual.guidanceScale()), usedSeed,
        requireNonNullElse(options.cfgNormalization(), usual.cfgNormalization()),
        requireNonNullElse(options.cfgTruncation(), usual.cfgTruncation()),
        requireNonNullElse(options.maxSequenceLength(), usual.maxSequenceLength()), noise);
  }

  /** Draws a seed as the server does. Every JSON reader holds it exactly, JavaScript's too. */
  static long drawSeed(RandomGenerator random) {
    return random.nextLong(RANDOM_SEED_LIMIT);
  }
}
