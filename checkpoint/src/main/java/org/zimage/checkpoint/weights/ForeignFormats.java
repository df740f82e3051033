package org.zimage.checkpoint.weights;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.TensorEntry;

/** Recognizes what people mistake for a checkpoint that can be read, by the names of its tensors. */
final class ForeignFormats {
  private static final String REMEDY = "take the model in bfloat16, float16, float32 or float8, or as GGUF in Q8_0 or Q4_0";
  private static final String OF_LUMINA = "layers.0.adaLN_modulation.1.weight";
  private static final Map<Pattern, String> FORMATS = new LinkedHashMap<>();

  static {
    FORMATS.put(Pattern.compile("lora_|\\.lora\\.|(^|\\.)(hada|lokr)_"), "an adapter (LoRA), which is no checkpoint: it goes on top of one");
    FORMATS.put(Pattern.compile("\\.(qweight|wscales|wtscale|wcscales|smooth_factor|smooth_factor_orig|proj_down|proj_up)$"),
        "quantized by nunchaku (SVDQuant): " + REMEDY);
    FORMATS.put(Pattern.compile("\\.weight_scale_2$"), "in nvfp4: " + REMEDY);
    FORMATS.put(Pattern.compile("\\.(absmax|quant_map|nested_absmax|nested_quant_map)$|\\.quant_state\\."), "quantized by bitsandbytes: " + REMEDY);
    FORMATS.put(Pattern.compile("\\.(zero_point|svd_up|svd_down)$"), "quantized by SDNQ: " + REMEDY);
  }

  private ForeignFormats() {}

  static void refuse(Path place, Map<String, TensorEntry> tensors) {
    for (Map.Entry<Pattern, String> format : FORMATS.entrySet()) {
      for (TensorEntry tensor : tensors.values()) {
        if (format.getKey().matcher(tensor.name()).find()) {
          throw new CheckpointException(place + " is " + format.getValue() + " (it has " + tensor.name() + ")");
        }
      }
    }
    refuseLumina(place, tensors);
  }

  /** Z-Image's blocks are Lumina's with another modulation, so nearly all of its keys are there. */
  private static void refuseLumina(Path place, Map<String, TensorEntry> tensors) {
    if (tensors.containsKey(OF_LUMINA)) {
      throw new CheckpointException(place + " is Lumina 2, not Z-Image (it has " + tensors.get(OF_LUMINA).name() + ")");
    }
  }

  /** @throws CheckpointException if the tensor is of a type that no weight has */
  static void requireWeightType(Path place, TensorEntry tensor) {
    if (!tensor.dtype().isPlainFloat() && !tensor.dtype().isFloat8() && !tensor.dtype().isBlocked()) {
      throw new CheckpointException(place + ": " + tensor.name() + " is " + tensor.dtype() + ": " + REMEDY);
    }
  }
}
