package org.zimage.checkpoint.weights;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The transformer's names in the authors' own files, as ComfyUI and stable-diffusion.cpp take them, and in diffusers' (which convert them
 * in {@code convert_z_image_transformer_checkpoint_to_diffusers}).
 */
final class TransformerNames {
  private static final Pattern FUSED = Pattern.compile("(.+\\.attention)\\.qkv\\.(\\w+)");
  private static final List<String> THIRDS = List.of("to_q", "to_k", "to_v");
  private static final String UNUSED = "norm_final.weight";
  private static final Map<Pattern, String> RENAMED = Map.of(
      Pattern.compile("^x_embedder\\."), "all_x_embedder.2-1.",
      Pattern.compile("^final_layer\\."), "all_final_layer.2-1.",
      Pattern.compile("\\.attention\\.out\\.(?=\\w+$)"), ".attention.to_out.0.",
      Pattern.compile("\\.attention\\.(q|k)_norm\\."), ".attention.norm_$1.");

  private TransformerNames() {}

  static Stream<Weight> diffusers(Weight weight) {
    if (weight.key().equals(UNUSED)) {
      return Stream.empty();
    }
    Matcher fused = FUSED.matcher(weight.key());
    if (fused.matches()) {
      return Stream.of(0, 1, 2).map(third -> weight.part(third, THIRDS.size(),
          fused.group(1) + "." + THIRDS.get(third) + "." + fused.group(2)));
    }
    String key = weight.key();
    for (Map.Entry<Pattern, String> renaming : RENAMED.entrySet()) {
      key = renaming.getKey().matcher(key).replaceFirst(renaming.getValue());
    }
    return Stream.of(weight.named(key));
  }
}
