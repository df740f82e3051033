package org.zimage.checkpoint.weights;

import java.util.Arrays;
import java.util.Map;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.TextEncoderConfig;
import org.zimage.checkpoint.TransformerConfig;
import org.zimage.checkpoint.VaeConfig;

/**
 * The configurations of networks that come without one: sizes from the shapes of their weights, and what shapes do not say from
 * Z-Image-Turbo and Z-Image, which agree in it.
 */
public final class DerivedConfig {
  private static final double NORM_EPS = 1e-5;
  private static final double ROPE_THETA = 256;
  private static final double TIME_SCALE = 1000;
  private static final int PATCH = 4;

  private static final double TEXT_ROPE_THETA = 1_000_000;
  private static final double TEXT_NORM_EPS = 1e-6;

  private static final int LATENT_CHANNELS = 16;
  private static final double VAE_SCALE = 0.3611;
  private static final double VAE_SHIFT = 0.1159;
  private static final int NORM_GROUPS = 32;

  private final Weights weights;

  private DerivedConfig(Weights weights) {
    this.weights = weights;
  }

  /** axes of 32, 48, 48 for heads of 128; other heads are divided alike. */
  public static TransformerConfig transformer(Weights weights) {
    DerivedConfig of = new DerivedConfig(weights);
    int[] embedder = of.matrix("all_x_embedder.2-1.weight");
    int headDim = of.sizes("layers.0.attention.norm_q.weight", 1)[0];
    of.require(headDim % 16 == 0 && embedder[0] % headDim == 0, "layers.0.attention.norm_q.weight", headDim,
        "a multiple of 16 that divides " + embedder[0]);
    of.require(embedder[1] % PATCH == 0, "all_x_embedder.2-1.weight", embedder[1], "columns for four latents");
    return new TransformerConfig(embedder[0], weights.count("layers.", ".attention.to_q.weight"),
        weights.count("noise_refiner.", ".attention.to_q.weight"), embedder[0] / headDim, NORM_EPS,
        of.matrix("cap_embedder.1.weight")[1], embedder[1] / PATCH, ROPE_THETA, TIME_SCALE,
        new int[] {headDim / 4, headDim / 8 * 3, headDim / 8 * 3});
  }

  /** @param metadata of the file; those of llama.cpp name the base of the rotations and the epsilon of the norms */
  public static TextEncoderConfig textEncoder(Weights weights, Map<String, String> metadata) {
    DerivedConfig of = new DerivedConfig(weights);
    int[] embeddings = of.matrix("embed_tokens.weight");
    int headDim = of.sizes("layers.0.self_attn.q_norm.weight", 1)[0];
    int queries = of.matrix("layers.0.self_attn.q_proj.weight")[0];
    int keys = of.matrix("layers.0.self_attn.k_proj.weight")[0];
    of.require(headDim % 2 == 0 && queries % headDim == 0 && keys % headDim == 0 && queries % keys == 0,
        "layers.0.self_attn.q_norm.weight", headDim, "a divisor of " + queries + " and " + keys);
    int layers = weights.count("layers.", ".self_attn.q_proj.weight");
    of.require(layers >= 2, "the number of layers", layers, "at least 2");
    return new TextEncoderConfig(embeddings[0], embeddings[1], of.matrix("layers.0.mlp.gate_proj.weight")[0], layers, queries / headDim,
        keys / headDim, headDim, of.number(metadata, "qwen3.rope.freq_base", TEXT_ROPE_THETA),
        of.number(metadata, "qwen3.attention.layer_norm_rms_epsilon", TEXT_NORM_EPS));
  }

  /** Flux' autoencoder, which is Z-Image's. */
  public static VaeConfig autoencoder(Weights weights) {
    DerivedConfig of = new DerivedConfig(weights);
    int latentChannels = of.sizes("decoder.conv_in.weight", 4)[1];
    of.require(latentChannels == LATENT_CHANNELS, "decoder.conv_in.weight", latentChannels,
        LATENT_CHANNELS + " channels of latents, because scale and shift of others are not known; name a folder that has its config.json");
    int[] channels = new int[weights.count("encoder.down_blocks.", ".resnets.0.conv1.weight")];
    for (int level = 0; level < channels.length; level++) {
      channels[level] = of.sizes("encoder.down_blocks." + level + ".resnets.0.conv1.weight", 4)[0];
    }
    of.require(channels.length > 0 && channels.length <= VaeConfig.MAX_LEVELS, "the number of levels", channels.length,
        "1 to " + VaeConfig.MAX_LEVELS);
    of.require(Arrays.stream(channels).allMatch(count -> count % NORM_GROUPS == 0), "encoder.down_blocks", Arrays.toString(channels),
        "channels in multiples of " + NORM_GROUPS);
    return new VaeConfig(latentChannels, VaeConfig.COLOURS, channels, weights.count("encoder.down_blocks.0.resnets.", ".conv1.weight"),
        NORM_GROUPS, weights.has("decoder.mid_block.attentions.0.to_q.weight"), weights.has("quant_conv.weight"), VAE_SCALE, VAE_SHIFT);
  }

  private double number(Map<String, String> metadata, String key, double otherwise) {
    try {
      double number = metadata.containsKey(key) ? Double.parseDouble(metadata.get(key)) : otherwise;
      require(number > 0 && Double.isFinite(number), key, metadata.get(key), "a positive number");
      return number;
    } catch (NumberFormatException noNumber) {
      throw new CheckpointException(weights.place() + ": " + key + " is " + metadata.get(key) + ", expected a number", noNumber);
    }
  }

  private int[] matrix(String key) {
    return sizes(key, 2);
  }

  private int[] sizes(String key, int rank) {
    long[] shape = weights.shape(key);
    boolean fits = shape != null && shape.length == rank && Arrays.stream(shape).allMatch(size -> size > 0 && size <= Integer.MAX_VALUE);
    require(fits, key, shape == null ? "missing" : "of shape " + Arrays.toString(shape), rank + " sizes");
    return Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
  }

  private void require(boolean holds, String what, Object found, String expected) {
    if (!holds) {
      throw new CheckpointException(weights.place() + ": " + what + " is " + found + ", expected " + expected);
    }
  }
}
