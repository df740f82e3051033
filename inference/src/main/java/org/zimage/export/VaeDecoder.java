package org.zimage.export;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TFloating;
import org.zimage.checkpoint.VaeConfig;
import org.zimage.checkpoint.weights.Weights;
import org.zimage.export.savedmodel.SavedModelWriter;

/** The decoder of diffusers' {@code AutoencoderKL}. */
final class VaeDecoder<T extends TFloating> {
  private static final List<Long> TWICE_AS_LARGE = List.of(1L, 2L, 2L, 1L);
  /**
   * What a convolution over three places of a picture twice as large sees of the places of the small one: each row
   * makes one of the four weights of a transposed convolution out of the three.
   */
  private static final float[][] OF_THE_SMALL_PICTURE = {{0, 0, 1}, {0, 1, 1}, {1, 1, 0}, {1, 0, 0}};

  private final VaeConfig config;
  private final Layers<T> layers;
  private final Ops tf;
  private final VaeLayers<T> vae;

  private VaeDecoder(VaeConfig config, Layers<T> layers, int stripes) {
    this.config = config;
    this.layers = layers;
    this.tf = layers.tf;
    this.vae = new VaeLayers<>(config, layers, stripes);
  }

  /** @param inStripes whether there is the signature for large pictures, too; it makes most of the graph */
  static <T extends TFloating> void build(SavedModelWriter model, VaeConfig config, Weights weights, Class<T> type,
      boolean inStripes) {
    Layers<T> layers = new Layers<>(model, weights, "decoder.", type);
    new VaeDecoder<>(config, layers, 1).signature(model, "decode");
    if (inStripes) {
      new VaeDecoder<>(config, layers, VaeLayers.STRIPES).signature(model, "decode_in_stripes");
    }
  }

  /**
   * decode: latents float32 [channels, height, width] → image uint8 [height · scale, width · scale, 3] and sample
   * float32 of the same shape, the decoder's output before it is clamped to [-1, 1].
   *
   * <p>decode_in_stripes: the same, for latents of at least 16 rows. What lies between two pictures of a layer exists
   * for one stripe of rows at a time. Norms are over the whole picture and convolutions see the neighbouring rows, so
   * there are no seams, unlike where a picture is decoded as tiles.
   */
  private void signature(SavedModelWriter model, String name) {
    Operand<TFloat32> latents = tf.withName("latents")
        .placeholder(TFloat32.class, Placeholder.shape(Shape.of(config.latentChannels(), -1, -1)));
    Operand<TFloat32> unscaled = tf.math.add(tf.math.div(latents, layers.constants.scalar((float) config.scalingFactor())),
        layers.constants.scalar((float) config.shiftFactor()));
    Operand<TFloat32> z = tf.withName("z").identity(unscaled);
    Operand<TFloat32> channelsLast = tf.linalg.transpose(z, layers.constants.vector(1, 2, 0));
    Operand<T> x = layers.toType(tf.expandDims(channelsLast, layers.constants.scalar(0)));
    Operand<TFloat32> sample = tf.withName("sample")
        .identity(tf.reshape(layers.toFloat(decoded(x)),
            layers.shape(List.of(scaled(latents, 1), scaled(latents, 2), layers.number(3)))));
    Operand<TUint8> image = tf.withName("image").identity(bytes(sample));
    model.signature(name, Map.of("latents", latents), Map.of("image", image, "sample", sample));
  }

  private Operand<TInt32> scaled(Operand<TFloat32> latents, int axis) {
    return tf.math.mul(layers.size(latents, axis), layers.constants.scalar(config.scale()));
  }

  /** round half to even of clamp(x / 2 + 0.5, 0, 1) · 255, as diffusers' image processor does. */
  private Operand<TUint8> bytes(Operand<TFloat32> sample) {
    Operand<TFloat32> unit = tf.clipByValue(tf.math.add(tf.math.mul(sample, layers.constants.scalar(0.5f)), layers.constants.scalar(0.5f)),
        layers.constants.scalar(0f), layers.constants.scalar(1f));
    return tf.dtypes.cast(tf.math.rint(tf.math.mul(unit, layers.constants.scalar(255f))), TUint8.class);
  }

  private Operand<T> decoded(Operand<T> z) {
    int levels = config.blockOutChannels().length;
    int channels = config.blockOutChannels()[levels - 1];
    Operand<T> x = vae.convolution("conv_in", z, config.latentChannels(), channels, 3, Stripes.Edges.BOTH);
    x = vae.midBlock(x, channels);
    for (int level = 0; level < levels; level++) {
      int out = config.blockOutChannels()[levels - 1 - level];
      for (int i = 0; i <= config.layersPerBlock(); i++) {
        x = vae.resnet("up_blocks." + level + ".resnets." + i, x, channels, out);
        channels = out;
      }
      if (level < levels - 1) {
        x = upsampled("up_blocks." + level + ".upsamplers.0.conv", x, channels);
      }
    }
    return vae.output(x, channels, config.outChannels());
  }

  /**
   * Twice as large, each place four times, then convolved: both at once, as a transposed convolution of the small
   * picture, which multiplies less than half as often. Of a stripe's neighbouring rows, which are two then, nothing is
   * kept.
   */
  private Operand<T> upsampled(String key, Operand<T> x, int channels) {
    Operand<T> kernel = transposedKernel(key, channels);
    return vae.stripes.each(x, 1, (stripe, edges) -> {
      Operand<TInt32> size = tf.math.mul(tf.shape(stripe), layers.constants.vector(1, 2, 2, 1));
      Operand<T> large = tf.nn.conv2dBackpropInput(size, kernel, stripe, TWICE_AS_LARGE, "SAME");
      if (edges != Stripes.Edges.BOTH) {
        Operand<TInt32> above = layers.number(edges == Stripes.Edges.TOP ? 0 : 2);
        Operand<TInt32> beside = layers.number(edges == Stripes.Edges.NONE ? 4 : 2);
        large = vae.stripes.cut(tf, large, above, tf.math.sub(layers.size(large, 1), beside));
      }
      return tf.nn.biasAdd(large, layers.weight(key + ".bias", channels));
    });
  }

  /** [4, 4, out, in] of a kernel [3, 3, in, out], the other way round in all its axes. */
  private Operand<T> transposedKernel(String key, int channels) {
    Operand<TFloat32> kernel = layers.toFloat(layers.kernel(key + ".weight", channels, channels, 3));
    Operand<TFloat32> turned = tf.reshape(tf.linalg.transpose(kernel, layers.constants.vector(0, 1, 3, 2)),
        layers.constants.vector(9, channels * channels));
    Operand<TFloat32> rows = tf.reshape(tf.constant(OF_THE_SMALL_PICTURE), layers.constants.vector(4, 1, 3, 1));
    Operand<TFloat32> columns = tf.reshape(tf.constant(OF_THE_SMALL_PICTURE), layers.constants.vector(1, 4, 1, 3));
    Operand<TFloat32> both = tf.reshape(tf.math.mul(rows, columns), layers.constants.vector(16, 9));
    return layers.toType(tf.reshape(tf.linalg.matMul(both, turned), layers.constants.vector(4, 4, channels, channels)));
  }
}
