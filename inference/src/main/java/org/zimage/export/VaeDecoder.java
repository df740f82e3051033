package org.zimage.export;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TFloating;
import org.zimage.checkpoint.SafeTensors;
import org.zimage.checkpoint.VaeConfig;

/**
 * The decoder of diffusers' {@code AutoencoderKL}. Pictures are [1, height, width, channels]: TensorFlow's convolutions on a CPU
 * are a thousand times slower with channels first.
 */
final class VaeDecoder<T extends TFloating> {
  private static final double NORM_EPS = 1e-6;

  private final VaeConfig config;
  private final Layers<T> layers;
  private final Ops tf;

  private VaeDecoder(VaeConfig config, Layers<T> layers) {
    this.config = config;
    this.layers = layers;
    this.tf = layers.tf;
  }

  static <T extends TFloating> void build(SavedModelWriter model, VaeConfig config, SafeTensors tensors, Class<T> type) {
    new VaeDecoder<>(config, new Layers<>(model, tensors, "decoder.", type)).signature(model);
  }

  /**
   * decode: latents float32 [channels, height, width] → image uint8 [height · scale, width · scale, 3] and sample float32 of the
   * same shape, the decoder's output before it is clamped to [-1, 1].
   */
  private void signature(SavedModelWriter model) {
    Operand<TFloat32> latents = tf.withName("latents")
        .placeholder(TFloat32.class, Placeholder.shape(Shape.of(config.latentChannels(), -1, -1)));
    Operand<TFloat32> unscaled = tf.math.add(tf.math.div(latents, tf.constant((float) config.scalingFactor())),
        tf.constant((float) config.shiftFactor()));
    Operand<TFloat32> z = tf.withName("z").identity(unscaled);
    Operand<TFloat32> channelsLast = tf.linalg.transpose(z, tf.constant(new int[] {1, 2, 0}));
    Operand<T> x = layers.toType(tf.expandDims(channelsLast, tf.constant(0)));
    Operand<TFloat32> sample = tf.withName("sample")
        .identity(tf.reshape(layers.toFloat(decoded(x)), tf.stack(List.of(scaled(latents, 1), scaled(latents, 2), tf.constant(3)))));
    Operand<TUint8> image = tf.withName("image").identity(bytes(sample));
    model.signature("decode", Map.of("latents", latents), Map.of("image", image, "sample", sample));
  }

  private Operand<TInt32> scaled(Operand<TFloat32> latents, int axis) {
    return tf.math.mul(tf.gather(tf.shape(latents), tf.constant(axis), tf.constant(0)), tf.constant(config.scale()));
  }

  /** round half to even of clamp(x / 2 + 0.5, 0, 1) · 255, as diffusers' image processor does. */
  private Operand<TUint8> bytes(Operand<TFloat32> sample) {
    Operand<TFloat32> unit = tf.clipByValue(tf.math.add(tf.math.mul(sample, tf.constant(0.5f)), tf.constant(0.5f)),
        tf.constant(0f), tf.constant(1f));
    return tf.dtypes.cast(tf.math.rint(tf.math.mul(unit, tf.constant(255f))), TUint8.class);
  }

  private Operand<T> decoded(Operand<T> z) {
    int levels = config.blockOutChannels().length;
    int channels = config.blockOutChannels()[levels - 1];
    Operand<T> x = convolution("conv_in", z, config.latentChannels(), channels, 3);
    x = resnet("mid_block.resnets.0", x, channels, channels);
    if (config.midBlockAttention()) {
      x = attention("mid_block.attentions.0", x, channels);
    }
    x = resnet("mid_block.resnets.1", x, channels, channels);
    for (int level = 0; level < levels; level++) {
      int out = config.blockOutChannels()[levels - 1 - level];
      for (int i = 0; i <= config.layersPerBlock(); i++) {
        x = resnet("up_blocks." + level + ".resnets." + i, x, channels, out);
        channels = out;
      }
      if (level < levels - 1) {
        x = convolution("up_blocks." + level + ".upsamplers.0.conv", doubled(x), channels, channels, 3);
      }
    }
    return convolution("conv_out", silu(groupNorm("conv_norm_out", x, channels)), channels, config.outChannels(), 3);
  }

  private Operand<T> convolution(String key, Operand<T> x, int in, int out, int size) {
    Operand<T> convolved = tf.nn.conv2d(x, layers.kernel(key + ".weight", out, in, size), List.of(1L, 1L, 1L, 1L), "SAME");
    return tf.nn.biasAdd(convolved, layers.weight(key + ".bias", out));
  }

  private Operand<T> resnet(String at, Operand<T> x, int in, int out) {
    Operand<T> h = convolution(at + ".conv1", silu(groupNorm(at + ".norm1", x, in)), in, out, 3);
    h = convolution(at + ".conv2", silu(groupNorm(at + ".norm2", h, out)), out, out, 3);
    return tf.math.add(in == out ? x : convolution(at + ".conv_shortcut", x, in, out, 1), h);
  }

  private Operand<T> silu(Operand<T> x) {
    return layers.silu(x);
  }

  /** As one scale and one shift a channel: the picture itself is read for the two means and once more, not for every step. */
  private Operand<T> groupNorm(String at, Operand<T> x, int channels) {
    int groups = config.normGroups();
    Operand<TInt32> grouped = tf.constant(new int[] {1, groups, channels / groups});
    Operand<TInt32> perChannel = tf.constant(new int[] {1, 1, 1, channels});
    Operand<TFloat32> full = layers.toFloat(x);
    Operand<TFloat32> mean = groupMean(full, grouped);
    Operand<TFloat32> variance = tf.math.sub(groupMean(tf.math.square(full), grouped), tf.math.square(mean));
    Operand<TFloat32> inverse = tf.math.rsqrt(tf.math.add(tf.math.maximum(variance, tf.constant(0f)), tf.constant((float) NORM_EPS)));
    Operand<TFloat32> scale = tf.math.mul(inverse, tf.reshape(layers.vector(at + ".weight", channels), grouped));
    Operand<TFloat32> shift = tf.math.sub(tf.reshape(layers.vector(at + ".bias", channels), grouped), tf.math.mul(mean, scale));
    return layers.toType(tf.math.add(tf.math.mul(full, tf.reshape(scale, perChannel)), tf.reshape(shift, perChannel)));
  }

  /** [1, height, width, channels] → [1, groups, 1]. */
  private Operand<TFloat32> groupMean(Operand<TFloat32> x, Operand<TInt32> grouped) {
    Operand<TFloat32> channelMeans = tf.math.mean(x, tf.constant(new int[] {1, 2}));
    return tf.math.mean(tf.reshape(channelMeans, grouped), tf.constant(2), Mean.keepDims(true));
  }

  private Operand<T> doubled(Operand<T> x) {
    Operand<TInt32> size = tf.slice(tf.shape(x), tf.constant(new int[] {1}), tf.constant(new int[] {2}));
    return layers.toType(tf.image.resizeNearestNeighbor(x, tf.math.mul(size, tf.constant(2))));
  }

  /** Attention of every place to every other, one head, residual. */
  private Operand<T> attention(String at, Operand<T> x, int channels) {
    Operand<T> normed = tf.reshape(groupNorm(at + ".group_norm", x, channels), tf.constant(new int[] {-1, channels}));
    Operand<T> q = layers.linearWithBias(at + ".to_q", normed, channels, channels);
    Operand<T> k = layers.linearWithBias(at + ".to_k", normed, channels, channels);
    Operand<T> v = layers.linearWithBias(at + ".to_v", normed, channels, channels);
    Operand<T> scaledQuery = tf.math.mul(q, layers.number(1 / Math.sqrt(channels), layers.type));
    Operand<TInt32> one = tf.constant(0);
    Operand<T> mixed = layers.attention(tf.expandDims(scaledQuery, one), tf.expandDims(k, one), tf.expandDims(v, one), 1);
    Operand<T> out = layers.linearWithBias(at + ".to_out.0", tf.reshape(mixed, tf.constant(new int[] {-1, channels})), channels,
        channels);
    return tf.math.add(x, tf.reshape(out, tf.shape(x)));
  }
}
