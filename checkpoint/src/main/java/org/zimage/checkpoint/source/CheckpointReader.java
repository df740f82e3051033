package org.zimage.checkpoint.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.Fields;
import org.zimage.checkpoint.TensorFile;
import org.zimage.checkpoint.TextEncoderConfig;
import org.zimage.checkpoint.TransformerConfig;
import org.zimage.checkpoint.VaeConfig;
import org.zimage.checkpoint.weights.DerivedConfig;
import org.zimage.checkpoint.weights.Part;
import org.zimage.checkpoint.weights.Weights;

/** Reads the parts of a checkpoint, each from where it is. Used once. */
final class CheckpointReader {
  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String TRANSFORMER_FOLDER = "transformer";
  private static final String TEXT_ENCODER_FOLDER = "text_encoder";
  private static final String VAE_FOLDER = "vae";
  private static final String DEFAULTS = "defaults.json";

  private final CheckpointSources sources;
  /** The folder in the layout of diffusers, and the file with all networks; null where there is none. */
  private final Path folder;
  private final Path wholeFile;

  CheckpointReader(CheckpointSources sources) {
    this.sources = sources;
    boolean isFolder = sources.checkpoint() != null && Files.isDirectory(sources.checkpoint());
    this.folder = isFolder ? sources.checkpoint() : null;
    this.wholeFile = isFolder ? null : sources.checkpoint();
  }

  ZImageCheckpoint read() {
    if (folder != null) {
      Fields index = Fields.of(folder.resolve("model_index.json"));
      index.require(index.text("_class_name").equals("ZImagePipeline"), "_class_name", "ZImagePipeline");
    }
    Network<TextEncoderConfig> textEncoder = network(Part.TEXT_ENCODER, sources.textEncoder(), TEXT_ENCODER_FOLDER, TextEncoderConfig::read,
        (weights, file) -> DerivedConfig.textEncoder(weights, file.metadata()));
    Network<TransformerConfig> transformer = network(Part.TRANSFORMER, sources.transformer(), TRANSFORMER_FOLDER, TransformerConfig::read,
        (weights, file) -> DerivedConfig.transformer(weights));
    Network<VaeConfig> vae = network(Part.AUTOENCODER, sources.vae(), VAE_FOLDER, VaeConfig::read,
        (weights, file) -> DerivedConfig.autoencoder(weights));
    return new ZImageCheckpoint(textEncoder.config(), transformer.config(), vae.config(), schedulerShift(), textEncoder.weights(),
        transformer.weights(), vae.weights(), tokenizer(), defaults());
  }

  private record Network<C>(C config, Weights weights) {}

  private interface Derivation<C> {
    C config(Weights weights, TensorFile file);
  }

  /** A configuration file is read first: it says in plain words what is another model. */
  private <C> Network<C> network(Part part, Path given, String inFolder, Function<Path, C> reader, Derivation<C> derivation) {
    Path place = place(part, given, inFolder);
    Path config = Stream.of(place, folder == null ? null : folder.resolve(inFolder)).filter(Objects::nonNull)
        .map(each -> each.resolve(CONFIG)).filter(Files::isRegularFile).findFirst().orElse(null);
    if (config == null && folder != null && given == null) {
      config = place.resolve(CONFIG); // is missing, and reading it says so
    }
    C read = config == null ? null : reader.apply(config);
    TensorFile file = TensorFile.open(place);
    if (place.equals(wholeFile) && !Part.areNamedIn(file)) {
      throw new CheckpointException(place + " has one network, not all of a model: name its files with --transformer, --text-encoder and "
          + "--vae");
    }
    Weights weights = part.read(file);
    return new Network<>(read == null ? derivation.config(weights, file) : read, weights);
  }

  private Path place(Part part, Path given, String inFolder) {
    if (given != null) {
      return given;
    }
    if (wholeFile != null) {
      return wholeFile;
    }
    if (folder == null) {
      throw new CheckpointException("The " + part.title() + " is missing: name its file with --" + inFolder.replace('_', '-'));
    }
    if (!Files.isDirectory(folder.resolve(inFolder))) {
      throw new CheckpointException(folder.resolve(inFolder) + " is missing");
    }
    return folder.resolve(inFolder);
  }

  /** The tensors and the scheduler's shift do not say what a folder's model was made for: finetunes of both models have both shifts. */
  private SamplingDefaults defaults() {
    Path file = folder == null ? null : folder.resolve(DEFAULTS);
    SamplingDefaults ofFolder =
        file != null && Files.isRegularFile(file) ? SamplingDefaults.read(Fields.of(file)) : SamplingDefaults.NONE;
    Variant variant = sources.variant() == null && folder == null ? Variant.TURBO : sources.variant();
    return variant == null ? ofFolder : variant.defaults().or(ofFolder);
  }

  private double schedulerShift() {
    if (sources.variant() != null) {
      return sources.variant().schedulerShift();
    }
    return folder == null ? Variant.TURBO.schedulerShift() : schedulerShift(folder.resolve("scheduler/scheduler_config.json"));
  }

  private static double schedulerShift(Path file) {
    Fields fields = Fields.of(file);
    fields.require(fields.text("_class_name").equals("FlowMatchEulerDiscreteScheduler"), "_class_name",
        "FlowMatchEulerDiscreteScheduler");
    for (String other : List.of("use_dynamic_shifting", "use_karras_sigmas", "use_exponential_sigmas",
        "use_beta_sigmas", "invert_sigmas", "stochastic_sampling")) {
      fields.require(!fields.flag(other, false), other, "false");
    }
    return fields.number("shift");
  }

  /** Beside a text encoder there often is its tokenizer: Qwen3's own folder has both. */
  private Path tokenizer() {
    if (sources.tokenizer() != null) {
      return Files.isDirectory(sources.tokenizer()) ? sources.tokenizer().resolve(TOKENIZER) : sources.tokenizer();
    }
    if (folder != null) {
      return folder.resolve("tokenizer").resolve(TOKENIZER);
    }
    if (sources.textEncoder() != null && Files.isRegularFile(sources.textEncoder().resolve(TOKENIZER))) {
      return sources.textEncoder().resolve(TOKENIZER);
    }
    throw new CheckpointException("The tokenizer is missing, and single files have none: name tokenizer.json with --tokenizer; it is in the "
        + "folder tokenizer of Tongyi-MAI/Z-Image-Turbo, and in Qwen/Qwen3-4B, on Hugging Face");
  }
}
