package org.zimage.adapter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.Fields;
import org.zimage.checkpoint.TensorEntry;

/**
 * By how much a layer's product is multiplied: alpha / rank. Alpha is a tensor beside the layer, or peft's configuration in the file's
 * metadata says it (diffusers: {@code lora_adapter_metadata}), or it is the rank.
 */
final class AdapterScales {
  private static final String METADATA = "lora_adapter_metadata";
  /** What diffusers puts before each name, because a file may have configurations of several networks. */
  private static final String PREFIX = "transformer.";

  private final Path file;
  /** Null without a configuration. */
  private final Fields configuration;

  private AdapterScales(Path file, Fields configuration) {
    this.file = file;
    this.configuration = configuration;
  }

  /** @throws CheckpointException if there is a configuration that cannot be read */
  static AdapterScales of(Path file, Map<String, String> metadata) {
    String json = metadata.get(METADATA);
    return new AdapterScales(file, json == null ? null : Fields.parse(file, json));
  }

  /** @param alpha the tensor; null for none */
  double of(String layer, TensorEntry alpha, long rank) {
    if (alpha != null) {
      return number(alpha) / rank;
    }
    if (configuration == null) {
      return 1;
    }
    double configured = configured("alpha_pattern", layer, configured("lora_alpha", rank));
    return isByRoot() ? configured / Math.sqrt(rank) : configured / rank;
  }

  private double number(TensorEntry alpha) {
    try {
      float[] values = alpha.dtype().isPlainFloat() && alpha.size() <= Float.BYTES ? alpha.floats() : new float[0];
      if (values.length == 1 && Float.isFinite(values[0])) {
        return values[0];
      }
    } catch (IOException cause) {
      throw new CheckpointException(file + " cannot be read: " + cause, cause);
    }
    throw new CheckpointException(file + ": " + alpha.name() + " is no number: expected one finite float32, float16 or bfloat16");
  }

  private double configured(String name, double otherwise) {
    for (String field : new String[] {PREFIX + name, name}) {
      if (configuration.isGiven(field)) {
        return configuration.number(field);
      }
    }
    return otherwise;
  }

  /** A pattern's keys are ends of layers' names. */
  private double configured(String pattern, String layer, double otherwise) {
    for (String field : new String[] {PREFIX + pattern, pattern}) {
      if (configuration.isGiven(field)) {
        Fields byLayer = configuration.within(field);
        for (String key : byLayer.json().keySet()) {
          if (layer.equals(key) || layer.endsWith("." + key)) {
            return byLayer.number(key);
          }
        }
      }
    }
    return otherwise;
  }

  private boolean isByRoot() {
    return configuration.flag(PREFIX + "use_rslora", false) || configuration.flag("use_rslora", false);
  }
}
