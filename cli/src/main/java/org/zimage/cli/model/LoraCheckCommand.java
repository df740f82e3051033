package org.zimage.cli.model;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.zimage.adapter.Adapter;
import org.zimage.adapter.AdapterTargets;
import org.zimage.cli.exit.ExitCode;
import org.zimage.model.ModelManifest;
import org.zimage.pipeline.network.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "check", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Says what an adapter adds to a model, or which of its tensors do not fit.",
    footer = {"", "Example:", "  zimage lora check blueprint.safetensors --model /tmp/nano"})
public final class LoraCheckCommand implements Callable<Integer> {
  private static final int CHECKSUM_CHARACTERS = 12;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "the adapter, as safetensors")
  private Path file;

  @Option(names = "--model", required = true, paramLabel = "FOLDER", description = "made by 'zimage export'")
  private Path model;

  @Override
  public Integer call() {
    String modelName = ModelManifest.read(model).name();
    AdapterTargets targets = new AdapterTargets(Network.weightShapes(model.resolve(ModelManifest.TRANSFORMER)));
    Adapter adapter = Adapter.read(file.getFileName().toString(), file, targets);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s is a LoRA for %s%n", adapter.name(), modelName);
    out.printf("  layers    %d of %d: %s%n", adapter.layers().size(), targets.size(), kinds(adapter.targets()));
    out.printf("  rank      %s%n", ranks(adapter.ranks()));
    out.printf("  scale     %s%n", adapter.scales().stream().map(scale -> String.format(Locale.ROOT, "%.4g", scale))
        .collect(Collectors.joining(", ")));
    out.printf("  checksum  %s%n", adapter.checksum().substring(0, CHECKSUM_CHARACTERS));
    if (!adapter.repeated().isEmpty()) {
      out.printf("  left out  %d tensors, which repeat others under the authors' names%n", adapter.repeated().size());
    }
    return ExitCode.OK;
  }

  /** How often each kind of layer occurs. */
  private static String kinds(List<String> targets) {
    Map<String, Long> counts = targets.stream().collect(Collectors.groupingBy(
        target -> target.replaceFirst("^(layers|noise_refiner|context_refiner)\\.\\d+\\.", ""), TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream().map(kind -> kind.getKey() + (kind.getValue() > 1 ? " (" + kind.getValue() + ")" : ""))
        .collect(Collectors.joining(", "));
  }

  private static String ranks(IntSummaryStatistics ranks) {
    return ranks.getMin() == ranks.getMax() ? Integer.toString(ranks.getMin()) : ranks.getMin() + " to " + ranks.getMax();
  }
}
