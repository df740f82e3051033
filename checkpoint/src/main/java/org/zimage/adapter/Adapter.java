package org.zimage.adapter;

import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.List;
import org.zimage.checkpoint.Checksum;

/**
 * An adapter's file, every tensor of which fits the model. Immutable; its values stay in the file until they are applied.
 *
 * @param name how results and pictures call it
 * @param checksum SHA-256 of the file, in hex
 * @param layers what it adds, in the order of the layers' names
 * @param repeated names of tensors that say once more what others say
 */
public record Adapter(String name, Path file, String checksum, List<AdapterLayer> layers, List<String> repeated) {
  public Adapter {
    layers = List.copyOf(layers);
    repeated = List.copyOf(repeated);
  }

  /**
   * Reads a safetensors file.
   *
   * @throws org.zimage.checkpoint.CheckpointException if it is none, or a tensor of it is not used exactly once: it names the first ones,
   *     and the nearest layer
   */
  public static Adapter read(String name, Path file, AdapterTargets targets) {
    return new AdapterReader(file, targets).read(name, () -> Checksum.of(file));
  }

  /**
   * The same for a file whose checksum is known.
   *
   * @param checksum SHA-256 of the file, in hex
   */
  public static Adapter read(String name, Path file, String checksum, AdapterTargets targets) {
    return new AdapterReader(file, targets).read(name, () -> checksum);
  }

  /** The names of the layers that it adds to. */
  public List<String> targets() {
    return layers.stream().map(layer -> layer.target().name()).toList();
  }

  /** The least and the highest rank. */
  public IntSummaryStatistics ranks() {
    return layers.stream().mapToInt(AdapterLayer::rank).summaryStatistics();
  }

  /** Alpha / rank, each that occurs once. */
  public List<Double> scales() {
    return layers.stream().map(AdapterLayer::scale).distinct().sorted().toList();
  }
}
