package org.zimage.checkpoint.weights;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.Fields;
import org.zimage.checkpoint.TensorEntry;
import org.zimage.checkpoint.TensorFile;

/**
 * Brings weights and their scales together, as ComfyUI writes them: {@code X.weight_scale}, or {@code X.scale_weight} in older files, one
 * number or one a row, for {@code X.weight} in float8. {@code X.input_scale} is for computing in float8, which nobody does here.
 */
final class Float8 {
  private static final String WEIGHT = ".weight";
  private static final List<String> SCALES = List.of(".weight_scale", ".scale_weight");
  private static final List<String> UNUSED = List.of(".input_scale", ".scale_input");
  private static final String MARKER = "scaled_fp8";
  private static final String FORMAT = ".comfy_quant";
  private static final int MAX_FORMAT_BYTES = 10_000;
  private static final String FORMATS_OF_LAYERS = "_quantization_metadata";
  private static final Set<String> FORMATS = Set.of("float8_e4m3fn", "float8_e5m2");

  private final TensorFile file;
  private final Map<String, TensorEntry> scales = new LinkedHashMap<>();

  private Float8(TensorFile file) {
    this.file = file;
  }

  /**
   * The weights; each of the tensors is in one of them, or known to be of no use.
   *
   * @param tensors by what will be the weights' keys
   */
  static List<Weight> weights(TensorFile file, Map<String, TensorEntry> tensors) {
    return new Float8(file).weights(tensors);
  }

  private List<Weight> weights(Map<String, TensorEntry> tensors) {
    requireKnownFormats();
    Map<String, TensorEntry> values = new LinkedHashMap<>();
    tensors.forEach((key, tensor) -> {
      if (key.endsWith(FORMAT)) {
        requireKnownFormat(tensor);
      } else if (SCALES.stream().anyMatch(key::endsWith)) {
        addScale(key, tensor);
      } else if (!key.equals(MARKER) && UNUSED.stream().noneMatch(key::endsWith)) {
        values.put(key, tensor);
      }
    });
    List<Weight> weights = new ArrayList<>();
    values.forEach((key, tensor) -> weights.add(weight(key, tensor)));
    if (!scales.isEmpty()) {
      throw wrong(scales.values().iterator().next(), "scales nothing: there is no " + scales.keySet().iterator().next());
    }
    return weights;
  }

  private void addScale(String key, TensorEntry tensor) {
    String ending = SCALES.stream().filter(key::endsWith).findFirst().orElseThrow();
    String scaled = key.substring(0, key.length() - ending.length()) + WEIGHT;
    if (scales.put(scaled, tensor) != null) {
      throw wrong(tensor, "is there twice: expected one scale for " + scaled);
    }
  }

  private Weight weight(String key, TensorEntry tensor) {
    ForeignFormats.requireWeightType(file.place(), tensor);
    TensorEntry scale = scales.remove(key);
    if (scale == null) {
      return new Weight(key, tensor, null);
    }
    if (!tensor.dtype().isFloat8()) {
      throw wrong(scale, "scales " + tensor.dtype() + ", expected a scale for F8_E4M3 or F8_E5M2");
    }
    if (!scale.dtype().isPlainFloat()) {
      throw wrong(scale, "is " + scale.dtype() + ", expected F32 (mxfp8 is not read)");
    }
    return new Weight(key, tensor, shaped(scale, tensor));
  }

  /** [] or [rows]. */
  private TensorEntry shaped(TensorEntry scale, TensorEntry tensor) {
    long count = scale.size() / scale.dtype().blockBytes();
    if (count == 1) {
      return scale.reshaped();
    }
    boolean isOneARow = tensor.shape().length > 0 && count == tensor.shape()[0] && scale.shape().length > 0 && scale.shape()[0] == count;
    if (!isOneARow) {
      throw wrong(scale, "has shape " + Arrays.toString(scale.shape()) + ", expected one number or one for each row of "
          + tensor.name() + " " + Arrays.toString(tensor.shape()));
    }
    return scale.reshaped(count);
  }

  /** The format of one layer: JSON in a tensor of bytes. */
  private void requireKnownFormat(TensorEntry tensor) {
    if (tensor.size() > MAX_FORMAT_BYTES) {
      throw wrong(tensor, "has " + tensor.size() + " bytes, expected a short text");
    }
    try {
      ByteBuffer json = tensor.map();
      requireKnownFormat(Fields.parse(file.place(), StandardCharsets.UTF_8.decode(json).toString()), tensor.name());
    } catch (IOException cause) {
      throw new CheckpointException(file.place() + " cannot be read: " + cause, cause);
    }
  }

  private void requireKnownFormats() {
    String json = file.metadata().get(FORMATS_OF_LAYERS);
    if (json == null) {
      return;
    }
    Fields layers = Fields.parse(file.place(), json).within("layers");
    for (String layer : layers.json().keySet()) {
      requireKnownFormat(layers.within(layer), layer);
    }
  }

  private void requireKnownFormat(Fields fields, String layer) {
    JsonObject json = fields.json();
    String format = json.containsKey("format") ? fields.text("format") : "";
    if (!FORMATS.contains(format)) {
      throw new CheckpointException(file.place() + ": " + layer + " is of the format \"" + format + "\", expected one of "
          + FORMATS.stream().sorted().toList());
    }
  }

  private CheckpointException wrong(TensorEntry tensor, String what) {
    return new CheckpointException(file.place() + ": " + tensor.name() + " " + what);
  }
}
