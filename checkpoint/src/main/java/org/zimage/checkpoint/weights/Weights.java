package org.zimage.checkpoint.weights;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.zimage.checkpoint.CheckpointException;

/** The weights of one network, by the keys that diffusers gives them. Immutable and thread-safe. */
public final class Weights {
  private final Path place;
  private final Map<String, Weight> weights;

  private Weights(Path place, Map<String, Weight> weights) {
    this.place = place;
    this.weights = Collections.unmodifiableMap(weights);
  }

  /** @throws CheckpointException if two weights have the same key */
  static Weights of(Path place, Collection<Weight> all) {
    Map<String, Weight> byKey = new LinkedHashMap<>();
    for (Weight weight : all) {
      Weight other = byKey.put(weight.key(), weight);
      if (other != null) {
        throw new CheckpointException(place + ": " + other.values().name() + " and " + weight.values().name() + " are both " + weight.key());
      }
    }
    return new Weights(place, byKey);
  }

  /** The file or folder, for errors. */
  public Path place() {
    return place;
  }

  public boolean has(String key) {
    return weights.containsKey(key);
  }

  /**
   * The weight of that key, checked.
   *
   * @throws CheckpointException if it is missing or has another shape
   */
  public Weight weight(String key, long... expectedShape) {
    Weight weight = weights.get(key);
    if (weight == null) {
      throw new CheckpointException(place + " has no tensor " + key + ", expected one of shape " + Arrays.toString(expectedShape));
    }
    return weight.shaped(expectedShape);
  }

  /** The shape of a weight; null if there is none. */
  long[] shape(String key) {
    return has(key) ? weights.get(key).shape() : null;
  }

  /** How many blocks are numbered from 0 on without a gap. */
  int count(String before, String after) {
    int count = 0;
    while (has(before + count + after)) {
      count++;
    }
    return count;
  }

  /**
   * Refuses what nothing uses, because the network would not be the one that the file's author meant.
   *
   * @param spared keys that begin so are not used by intention
   */
  public void requireAllUsed(Set<String> used, String spared) {
    for (Weight weight : weights.values()) {
      if (!used.contains(weight.key()) && !weight.key().startsWith(spared)) {
        throw new CheckpointException(weight.values().file() + ": " + weight.values().name() + " has no place in this network"
            + (weight.key().equals(weight.values().name()) ? "" : " (as " + weight.key() + ")"));
      }
    }
  }
}
