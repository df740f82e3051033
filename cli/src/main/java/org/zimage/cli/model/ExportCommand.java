package org.zimage.cli.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.zimage.checkpoint.Dtype;
import org.zimage.checkpoint.source.CheckpointSources;
import org.zimage.checkpoint.source.Variant;
import org.zimage.cli.exit.ExitCode;
import org.zimage.export.ExportOptions;
import org.zimage.export.Exporter;
import org.zimage.model.ModelManifest;
import org.zimage.checkpoint.source.SamplingDefaults;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "export", mixinStandardHelpOptions = true, sortOptions = false,
    customSynopsis = {"zimage export [OPTIONS] CHECKPOINT OUT",
        "       zimage export [OPTIONS] --transformer=FILE --text-encoder=PLACE --vae=PLACE OUT"},
    description = "Makes TensorFlow SavedModels from a checkpoint of Z-Image: a Hugging Face folder, one file with everything, or files "
        + "for its networks. Files are safetensors or GGUF.",
    footer = {"", "The weights are linked, not copied, where OUT is on the checkpoint's file system.",
        "", "Examples:", "  zimage export models/z-image-nano /tmp/nano",
        "  zimage export --transformer z_image_turbo_bf16.safetensors --text-encoder qwen_3_4b.safetensors \\",
        "    --vae ae.safetensors --tokenizer tokenizer.json turbo"})
public final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "1..2", paramLabel = "[CHECKPOINT] OUT",
      description = "the folder with model_index.json, or a file with everything; and the folder to make. What the options name is taken "
          + "from there, the rest from CHECKPOINT")
  private List<Path> places;

  @Option(names = "--transformer", paramLabel = "FILE", description = "the transformer, with the authors' names or those of diffusers")
  private Path transformer;

  @Option(names = "--text-encoder", paramLabel = "PLACE", description = "Qwen3, as a file or as its folder")
  private Path textEncoder;

  @Option(names = "--vae", paramLabel = "PLACE", description = "the autoencoder, as a file or as its folder")
  private Path vae;

  @Option(names = "--tokenizer", paramLabel = "PLACE", description = "tokenizer.json of Qwen3, or its folder; single files have none")
  private Path tokenizer;

  @Option(names = "--variant", paramLabel = "turbo|base",
      description = "Z-Image-Turbo or Z-Image: how sigmas are shifted, and the default steps and guidance (what the folder says; turbo for "
          + "files, which do not tell)")
  private Variant variant;

  @Mixin
  private DefaultsOptions defaults;

  @Option(names = "--dtype", defaultValue = "f32", paramLabel = "f32|bf16", description = "f32 for CPUs (the default), bf16 for GPUs")
  private Dtype dtype;

  @Option(names = "--name", description = "the model's name for callers (the checkpoint's name)")
  private String name;

  @Option(names = "--overwrite", description = "replace an earlier export at OUT")
  private boolean overwrite;

  @Override
  public Integer call() {
    long start = System.nanoTime();
    CheckpointSources sources = sources();
    Path out = places.get(places.size() - 1);
    ModelManifest manifest = Exporter.export(sources, out, new ExportOptions(dtype, modelName(sources), overwrite, defaults.read()));
    spec.commandLine().getOut().printf("%s exported to %s in %.1f s (%s, canvas sizes in steps of %d pixels, %s)%n", manifest.name(), out,
        (System.nanoTime() - start) / 1e9, manifest.dtype().lowerCaseName(), manifest.canvasMultiple(), variantText(sources));
    spec.commandLine().getOut().println(defaultsText(manifest.defaults(), sources));
    return ExitCode.OK;
  }

  private String defaultsText(SamplingDefaults exported, CheckpointSources sources) {
    boolean isUnsaid = exported.steps() == null && exported.guidanceScale() == null;
    String hint = isUnsaid && sources.variant() == null
        ? "; --variant turbo or --variant base gives it those of its authors, or name --steps and --guidance" : "";
    return exported.isEmpty() ? "no defaults of its own: requests get those of the service" + hint
        : "defaults of its own: " + exported.json() + hint;
  }

  private CheckpointSources sources() {
    boolean hasCheckpoint = places.size() == 2;
    if (!hasCheckpoint && Stream.of(transformer, textEncoder, vae).anyMatch(Objects::isNull)) {
      throw new ParameterException(spec.commandLine(),
          "Missing required parameter: name CHECKPOINT and OUT, or --transformer, --text-encoder, --vae and OUT");
    }
    return new CheckpointSources(hasCheckpoint ? places.get(0) : null, transformer, textEncoder, vae, tokenizer, variant);
  }

  private String modelName(CheckpointSources sources) {
    if (name != null) {
      return name;
    }
    Path named = sources.checkpoint() == null ? transformer : sources.checkpoint();
    return named.toAbsolutePath().normalize().getFileName().toString().replaceFirst("\\.(safetensors|gguf)$", "");
  }

  private String variantText(CheckpointSources sources) {
    if (variant != null) {
      return "as " + variant.title();
    }
    boolean isSaid = sources.checkpoint() != null && Files.isDirectory(sources.checkpoint());
    return isSaid ? "sigmas as its scheduler says" : "as " + Variant.TURBO.title() + ": --variant base for " + Variant.BASE.title();
  }
}
