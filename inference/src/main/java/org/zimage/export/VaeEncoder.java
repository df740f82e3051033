package org.zimage.export;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.nn.Conv2d;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TFloating;
import org.zimage.checkpoint.VaeConfig;
import org.zimage.checkpoint.weights.Weights;
import org.zimage.export.savedmodel.SavedModelWriter;

/** The encoder of diffusers' {@code AutoencoderKL}, and the draw from the distribution that it gives. */
final class VaeEncoder<T extends TFloating> {
  private static final List<Long> EVERY_SECOND_PLACE = List.of(1L, 2L, 2L, 1L);
  /** Where diffusers' {@code DiagonalGaussianDistribution} clamps the logarithm of the variance. */
  private static final float MIN_LOG_VARIANCE = -30;
  private static final float MAX_LOG_VARIANCE = 20;

  private final VaeConfig config;
  private final Layers<T> layers;
  private final Ops tf;
  private final VaeLayers<T> vae;
  private final Layers<T> outside;

  /** @param outside the layers whose keys do not begin with {@code encoder.} */
  private VaeEncoder(VaeConfig config, Layers<T> layers, Layers<T> outside, int stripes) {
    this.config = config;
    this.layers = layers;
    this.tf = layers.tf;
    this.vae = new VaeLayers<>(config, layers, stripes);
    this.outside = outside;
  }

  /** @param inStripes whether there is the signature for large pictures, too; it makes most of the graph */
  static <T extends TFloating> void build(SavedModelWriter model, VaeConfig config, Weights weights, Class<T> type,
      boolean inStripes) {
    Layers<T> layers = new Layers<>(model, weights, "encoder.", type);
    Layers<T> outside = new Layers<>(model, weights, "", type);
    new VaeEncoder<>(config, layers, outside, 1).signature(model, "encode");
    if (inStripes) {
      new VaeEncoder<>(config, layers, outside, VaeLayers.STRIPES).signature(model, "encode_in_stripes");
    }
  }

  /**
   * encode: image uint8 [height, width, 3], both sides multiples of 2 · scale, and noise float32 [channels, height / scale,
   * width / scale] → latents float32 of the noise's shape: (mean + exp(logvar / 2) · noise - shift) · scaling, logvar clamped to
   * -30…20; and mean, which is what the encoder gives before it is shifted and scaled. With noise of zeros the latents are those of
   * the mean.
   *
   * <p>encode_in_stripes: the same, for pictures of at least 16 rows of latents, in little memory as the decoder's
   * {@code decode_in_stripes}.
   */
  private void signature(SavedModelWriter model, String name) {
    Operand<TUint8> image = tf.withName("image").placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, -1, 3)));
    Operand<TFloat32> noise = tf.withName("noise")
        .placeholder(TFloat32.class, Placeholder.shape(Shape.of(config.latentChannels(), -1, -1)));
    Operand<TFloat32> moments = channelsFirst(layers.toFloat(encoded(layers.toType(sample(image)))), noise);
    List<Operand<TFloat32>> meanAndLogVariance = layers.halves(moments, 0);
    Operand<TFloat32> mean = tf.withName("mean").identity(meanAndLogVariance.get(0));
    Operand<TFloat32> logVariance = tf.clipByValue(meanAndLogVariance.get(1), layers.constants.scalar(MIN_LOG_VARIANCE),
        layers.constants.scalar(MAX_LOG_VARIANCE));
    Operand<TFloat32> deviation = tf.math.exp(tf.math.mul(logVariance, layers.constants.scalar(0.5f)));
    Operand<TFloat32> z = tf.math.add(mean, tf.math.mul(deviation, noise));
    Operand<TFloat32> latents = tf.withName("latents").identity(tf.math.mul(
        tf.math.sub(z, layers.constants.scalar((float) config.shiftFactor())), layers.constants.scalar((float) config.scalingFactor())));
    model.signature(name, Map.of("image", image, "noise", noise), Map.of("latents", latents, "mean", mean));
  }

  /** [1, height, width, 3], from 0 to 255 → from -1 to 1, rounded as diffusers' image processor does. */
  private Operand<TFloat32> sample(Operand<TUint8> image) {
    Operand<TFloat32> unit = tf.math.div(tf.dtypes.cast(image, TFloat32.class), layers.constants.scalar(255f));
    Operand<TFloat32> sample = tf.math.sub(tf.math.mul(unit, layers.constants.scalar(2f)), layers.constants.scalar(1f));
    return tf.expandDims(sample, layers.constants.scalar(0));
  }

  /** [1, height, width, 2 · channels] → [2 · channels, height, width]. */
  private Operand<TFloat32> channelsFirst(Operand<TFloat32> moments, Operand<TFloat32> noise) {
    Operand<TFloat32> places = tf.reshape(moments, layers.shape(
        List.of(layers.size(noise, 1), layers.size(noise, 2), layers.number(2 * config.latentChannels()))));
    return tf.linalg.transpose(places, layers.constants.vector(2, 0, 1));
  }

  private Operand<T> encoded(Operand<T> sample) {
    int levels = config.blockOutChannels().length;
    int channels = config.blockOutChannels()[0];
    Operand<T> x = vae.convolution("conv_in", sample, VaeConfig.COLOURS, channels, 3, Stripes.Edges.BOTH);
    for (int level = 0; level < levels; level++) {
      int out = config.blockOutChannels()[level];
      for (int i = 0; i < config.layersPerBlock(); i++) {
        x = vae.resnet("down_blocks." + level + ".resnets." + i, x, channels, out);
        channels = out;
      }
      if (level < levels - 1) {
        x = downsampled("down_blocks." + level + ".downsamplers.0.conv", x, channels);
      }
    }
    int moments = 2 * config.latentChannels();
    Operand<T> output = vae.output(vae.midBlock(x, channels), channels, moments);
    return config.quantConv() ? quantized(output, moments) : output;
  }

  private Operand<T> quantized(Operand<T> moments, int channels) {
    Operand<T> kernel = outside.kernel("quant_conv.weight", channels, channels, 1);
    return tf.nn.biasAdd(tf.nn.conv2d(moments, kernel, List.of(1L, 1L, 1L, 1L), "SAME"), outside.weight("quant_conv.bias", channels));
  }

  /** Half as large: each place sees itself and two more to the right and below, of which the last are zeros outside of the picture. */
  private Operand<T> downsampled(String key, Operand<T> x, int channels) {
    Operand<T> kernel = layers.kernel(key + ".weight", channels, channels, 3);
    Operand<T> bias = layers.weight(key + ".bias", channels);
    return vae.stripes.eachHalved(x, (stripe, edges) -> {
      List<Long> paddings = List.of(0L, 0L, 0L, edges.below(), 0L, 1L, 0L, 0L);
      return tf.nn.biasAdd(tf.nn.conv2d(stripe, kernel, EVERY_SECOND_PLACE, "EXPLICIT", Conv2d.explicitPaddings(paddings)), bias);
    });
  }
}
