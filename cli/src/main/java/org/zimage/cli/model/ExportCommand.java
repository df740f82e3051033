package org.zimage.cli.model;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.zimage.checkpoint.Dtype;
import org.zimage.cli.exit.ExitCode;
import org.zimage.export.ExportOptions;
import org.zimage.export.Exporter;
import org.zimage.model.ModelManifest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "export", mixinStandardHelpOptions = true,
    description = "Makes TensorFlow SavedModels from a Hugging Face checkpoint of Z-Image.",
    footer = {"", "The weights are linked, not copied, where OUT is on the checkpoint's file system.",
        "", "Example:", "  zimage export models/z-image-nano /tmp/nano"})
public final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "CHECKPOINT", description = "the folder with model_index.json")
  private Path checkpoint;

  @Parameters(index = "1", paramLabel = "OUT", description = "the folder to make")
  private Path out;

  @Option(names = "--dtype", defaultValue = "f32", description = "f32 for CPUs (the default), bf16 for GPUs")
  private Dtype dtype;

  @Option(names = "--name", description = "the model's name for callers (the checkpoint folder's name)")
  private String name;

  @Option(names = "--overwrite", description = "replace an earlier export at OUT")
  private boolean overwrite;

  @Override
  public Integer call() {
    long start = System.nanoTime();
    String modelName = name != null ? name : checkpoint.toAbsolutePath().normalize().getFileName().toString();
    ModelManifest manifest = Exporter.export(checkpoint, out, new ExportOptions(dtype, modelName, overwrite));
    spec.commandLine().getOut().printf("%s exported to %s in %.1f s (%s, canvas sizes in steps of %d pixels)%n",
        manifest.name(), out, (System.nanoTime() - start) / 1e9, manifest.dtype().lowerCaseName(), manifest.canvasMultiple());
    return ExitCode.OK;
  }
}
