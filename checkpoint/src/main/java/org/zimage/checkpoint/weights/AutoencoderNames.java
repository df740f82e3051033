package org.zimage.checkpoint.weights;

import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The autoencoder's names in files of latent diffusion (LDM), and in diffusers' (which convert them in {@code convert_ldm_vae_checkpoint}). */
final class AutoencoderNames {
  private static final Pattern DOWN = Pattern.compile("encoder\\.down\\.(\\d+)\\.(block\\.(\\d+)|downsample)\\.(.+)");
  private static final Pattern UP = Pattern.compile("decoder\\.up\\.(\\d{1,9})\\.(block\\.(\\d+)|upsample)\\.(.+)");
  private static final Pattern MIDDLE_BLOCK = Pattern.compile("((?:en|de)coder)\\.mid\\.block_(1|2)\\.(.+)");
  private static final Pattern MIDDLE_ATTENTION = Pattern.compile("((?:en|de)coder)\\.mid\\.attn_1\\.(norm|q|k|v|proj_out)\\.(.+)");
  private static final Pattern LAST_NORM = Pattern.compile("((?:en|de)coder)\\.norm_out\\.(.+)");
  private static final Map<String, String> ATTENTION =
      Map.of("norm", "group_norm", "q", "to_q", "k", "to_k", "v", "to_v", "proj_out", "to_out.0");

  /** The decoder's levels are counted from the other end in diffusers. */
  private final int levels;

  private AutoencoderNames(int levels) {
    this.levels = levels;
  }

  static AutoencoderNames of(Collection<Weight> weights) {
    int last = weights.stream().map(weight -> UP.matcher(weight.key())).filter(Matcher::matches)
        .mapToInt(up -> Integer.parseInt(up.group(1))).max().orElse(0);
    return new AutoencoderNames(last + 1);
  }

  Stream<Weight> diffusers(Weight weight) {
    return Stream.of(weight.named(renamed(weight.key())));
  }

  private String renamed(String key) {
    Matcher down = DOWN.matcher(key);
    if (down.matches()) {
      return "encoder.down_blocks." + down.group(1) + "." + inBlock(down, "downsamplers");
    }
    Matcher up = UP.matcher(key);
    if (up.matches()) {
      return "decoder.up_blocks." + (levels - 1 - Integer.parseInt(up.group(1))) + "." + inBlock(up, "upsamplers");
    }
    Matcher block = MIDDLE_BLOCK.matcher(key);
    if (block.matches()) {
      return block.group(1) + ".mid_block.resnets." + (Integer.parseInt(block.group(2)) - 1) + "." + resnet(block.group(3));
    }
    Matcher attention = MIDDLE_ATTENTION.matcher(key);
    if (attention.matches()) {
      return attention.group(1) + ".mid_block.attentions.0." + ATTENTION.get(attention.group(2)) + "." + attention.group(3);
    }
    Matcher norm = LAST_NORM.matcher(key);
    return norm.matches() ? norm.group(1) + ".conv_norm_out." + norm.group(2) : key;
  }

  private static String inBlock(Matcher level, String sampler) {
    return level.group(3) == null ? sampler + ".0." + level.group(4) : "resnets." + level.group(3) + "." + resnet(level.group(4));
  }

  private static String resnet(String rest) {
    return rest.startsWith("nin_shortcut.") ? "conv_shortcut." + rest.substring("nin_shortcut.".length()) : rest;
  }
}
