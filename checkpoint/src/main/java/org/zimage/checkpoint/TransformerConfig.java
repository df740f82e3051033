package org.zimage.checkpoint;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * {@code transformer/config.json} of diffusers' {@code ZImageTransformer2DModel}.
 *
 * @param axesDims how many of a head's dimensions rotate with each position axis (caption/time, row, column)
 */
public record TransformerConfig(int dim, int layers, int refinerLayers, int heads, double normEps, int captionDim,
    int inChannels, double ropeTheta, double timeScale, int[] axesDims) {
  /** The width of the timestep embedding (diffusers: ADALN_EMBED_DIM). */
  private static final int MAX_TIME_WIDTH = 256;

  public static TransformerConfig read(Path file) {
    Fields fields = Fields.of(file);
    fields.require(fields.text("_class_name").equals("ZImageTransformer2DModel"), "_class_name",
        "ZImageTransformer2DModel");
    fields.require(Arrays.equals(fields.wholes("all_patch_size"), new int[] {2}), "all_patch_size", "[2]");
    fields.require(Arrays.equals(fields.wholes("all_f_patch_size"), new int[] {1}), "all_f_patch_size", "[1]");
    fields.require(fields.flag("qk_norm", true), "qk_norm", "true");
    fields.require(!fields.isGiven("siglip_feat_dim"), "siglip_feat_dim", "null (text to image)");
    TransformerConfig config = new TransformerConfig(fields.whole("dim"), fields.whole("n_layers"),
        fields.whole("n_refiner_layers"), fields.whole("n_heads"), fields.number("norm_eps"),
        fields.whole("cap_feat_dim"), fields.whole("in_channels"), fields.number("rope_theta"),
        fields.number("t_scale"), fields.wholes("axes_dims"));
    fields.require(config.dim % config.heads == 0, "n_heads", "a divisor of dim " + config.dim);
    fields.require(fields.whole("n_kv_heads") == config.heads, "n_kv_heads", "n_heads " + config.heads);
    fields.require(config.axesDims.length == 3 && Arrays.stream(config.axesDims).sum() == config.headDim()
        && Arrays.stream(config.axesDims).allMatch(dim -> dim % 2 == 0), "axes_dims",
        "three even numbers that add up to " + config.headDim());
    return config;
  }

  public int headDim() {
    return dim / heads;
  }

  /** int(dim / 3 * 8), as the reference computes it in floating point. */
  public int feedForwardDim() {
    return (int) (dim / 3.0 * 8);
  }

  public int timeWidth() {
    return Math.min(dim, MAX_TIME_WIDTH);
  }
}
