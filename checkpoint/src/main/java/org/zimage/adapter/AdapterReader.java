package org.zimage.adapter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.zimage.adapter.AdapterTargets.Target;
import org.zimage.adapter.AdapterTensor.Role;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.SafeTensors;
import org.zimage.checkpoint.TensorEntry;

/** Finds the layer of each tensor of an adapter's file. Used once, by one thread. */
final class AdapterReader {
  /** How many wrong tensors an error names. */
  private static final int MAX_PROBLEMS = 5;
  private static final Pattern AUTHORS_NAME = Pattern.compile("[._](qkv|(?<!to[._])out)$");

  private final Path file;
  private final AdapterTargets targets;
  /** By the layers' names in the file, with underscores for points: trainers mix them. */
  private final Map<String, Map<Role, TensorEntry>> given = new TreeMap<>();
  /** The first ones. */
  private final List<String> problems = new ArrayList<>();
  private int problemCount;
  private final List<String> repeated = new ArrayList<>();
  private AdapterScales scales;

  AdapterReader(Path file, AdapterTargets targets) {
    this.file = file;
    this.targets = targets;
  }

  Adapter read(String name, Supplier<String> checksum) {
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(file + " is no file: name the safetensors file of an adapter");
    }
    SafeTensors tensors = SafeTensors.open(file);
    scales = AdapterScales.of(file, tensors.metadata());
    tensors.entries().forEach(this::sort);
    leaveOutWhatIsRepeated();
    List<AdapterLayer> layers = new ArrayList<>();
    given.forEach((layer, parts) -> layers.addAll(layers(layer, parts)));
    layers.forEach(this::requireFinite);
    requireNoProblems(layers);
    layers.sort(Comparator.comparing(layer -> layer.target().name()));
    return new Adapter(name, file, checksum.get(), layers, repeated);
  }

  /** The words are made for the first problems only: to find the nearest layer takes long, and a file may have very many tensors. */
  private void refuse(Supplier<String> problem) {
    if (problemCount++ < MAX_PROBLEMS) {
      problems.add(problem.get());
    }
  }

  private void sort(TensorEntry tensor) {
    AdapterTensor known = AdapterTensor.of(tensor).orElse(null);
    if (known == null) {
      refuse(() -> tensor.name() + " is no tensor of a LoRA: these end with .lora_A.weight and .lora_B.weight, or .lora_down.weight, "
          + ".lora_up.weight and .alpha");
      return;
    }
    TensorEntry twin = given.computeIfAbsent(known.layer().replace('.', '_'), layer -> new EnumMap<>(Role.class)).put(known.role(), tensor);
    if (twin != null) {
      refuse(() -> tensor.name() + " and " + twin.name() + " mean the same");
    }
  }

  private List<AdapterLayer> layers(String layer, Map<Role, TensorEntry> parts) {
    List<Target> meant = targets.named(layer);
    if (meant.isEmpty()) {
      refuse(() -> parts.values().iterator().next().name() + " belongs to no layer of this model; the nearest is "
          + targets.nearest(layer));
      return List.of();
    }
    TensorEntry down = parts.get(Role.DOWN);
    TensorEntry up = parts.get(Role.UP);
    if (down == null || up == null) {
      refuse(() -> parts.values().iterator().next().name() + " has no " + (down == null ? "lora_A (lora_down)" : "lora_B (lora_up)")
          + " beside it");
      return List.of();
    }
    if (!areMatrices(down, up)) {
      return List.of();
    }
    double scale = scales.of(meant.get(0).name(), parts.get(Role.ALPHA), up.shape()[1]);
    List<AdapterLayer> made = new ArrayList<>();
    for (int third = 0; third < meant.size(); third++) {
      TensorEntry ups = meant.size() == 1 ? up : up.part(third, meant.size());
      boolean apart = meant.size() > 1 && down.shape()[0] == meant.size() * up.shape()[1];
      AdapterLayer adds = new AdapterLayer(meant.get(third), apart ? down.part(third, meant.size()) : down, ups, scale);
      if (fits(adds)) {
        made.add(adds);
      }
    }
    return made;
  }

  private boolean areMatrices(TensorEntry down, TensorEntry up) {
    for (TensorEntry tensor : List.of(down, up)) {
      if (!tensor.dtype().isPlainFloat() || tensor.shape().length != 2 || tensor.size() == 0) {
        refuse(() -> tensor.name() + " is " + tensor.dtype() + Arrays.toString(tensor.shape())
            + ", expected a matrix in float32, float16 or bfloat16");
        return false;
      }
    }
    return true;
  }

  private boolean fits(AdapterLayer adds) {
    Target target = adds.target();
    long[] down = {adds.down().shape()[0], target.in()};
    long[] up = {target.out(), down[0]};
    if (!Arrays.equals(adds.down().shape(), down)) {
      refuse(() -> wrongShape(adds.down(), down, target));
    } else if (!Arrays.equals(adds.up().shape(), up)) {
      refuse(() -> wrongShape(adds.up(), up, target));
    } else {
      return true;
    }
    return false;
  }

  /** One value that is no number would make all of the picture black. */
  private void requireFinite(AdapterLayer adds) {
    for (TensorEntry tensor : List.of(adds.down(), adds.up())) {
      try {
        if (!tensor.isFinite()) {
          refuse(() -> tensor.name() + " has values that are infinite or no numbers");
          return;
        }
      } catch (IOException cause) {
        throw new CheckpointException(file + " cannot be read: " + cause, cause);
      }
    }
  }

  private static String wrongShape(TensorEntry tensor, long[] expected, Target target) {
    return tensor.name() + " has shape " + Arrays.toString(tensor.shape()) + ", expected " + Arrays.toString(expected) + " for "
        + target.name();
  }

  /**
   * Some trainers write a layer once more under the authors' name: q, k and v in one, or {@code out} for {@code to_out.0}. Diffusers
   * leaves these out, too.
   */
  private void leaveOutWhatIsRepeated() {
    Set<String> byOwnName = given.keySet().stream().filter(layer -> !AUTHORS_NAME.matcher(layer).find())
        .flatMap(layer -> targets.named(layer).stream()).map(Target::name).collect(Collectors.toSet());
    given.entrySet().removeIf(layer -> {
      boolean repeats = AUTHORS_NAME.matcher(layer.getKey()).find()
          && targets.named(layer.getKey()).stream().map(Target::name).anyMatch(byOwnName::contains);
      if (repeats) {
        layer.getValue().values().forEach(tensor -> repeated.add(tensor.name()));
      }
      return repeats;
    });
  }

  private void requireNoProblems(List<AdapterLayer> layers) {
    Set<String> seen = new HashSet<>();
    for (AdapterLayer layer : layers) {
      if (!seen.add(layer.target().name())) {
        refuse(() -> layer.down().name() + " is one of several for " + layer.target().name());
      }
    }
    if (problems.isEmpty() && layers.isEmpty()) {
      refuse(() -> "there is no tensor of a LoRA in it");
    }
    if (!problems.isEmpty()) {
      int more = problemCount - MAX_PROBLEMS;
      throw new CheckpointException(file + " is no adapter of this model: " + String.join("; ", problems)
          + (more > 0 ? "; and " + more + " more" : ""));
    }
  }
}
