package org.zimage.export;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.nn.Conv2d;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.zimage.checkpoint.VaeConfig;

/**
 * The layers that the encoder and the decoder of diffusers' {@code AutoencoderKL} share. Pictures are [1, height, width, channels]:
 * TensorFlow's convolutions on a CPU are a thousand times slower with channels first.
 *
 * @param <T> the element type of weights and activations
 */
final class VaeLayers<T extends TFloating> {
  /** The number of stripes of a large picture. */
  static final int STRIPES = 16;
  private static final List<Long> EVERY_PLACE = List.of(1L, 1L, 1L, 1L);
  private static final double NORM_EPS = 1e-6;
  /** Parts in which the places of a large picture look at all others. */
  private static final int QUERY_PARTS = 64;
  /** Up to so many channels a multiplication with a diagonal matrix costs no more than reading the picture. */
  private static final int FEW_CHANNELS = 32;

  final Layers<T> layers;
  final Stripes<T> stripes;
  private final VaeConfig config;
  private final Ops tf;

  VaeLayers(VaeConfig config, Layers<T> layers, int stripes) {
    this.config = config;
    this.layers = layers;
    this.tf = layers.tf;
    this.stripes = new Stripes<>(layers, stripes);
  }

  /** Two resnets, with attention between them where the checkpoint has it. */
  Operand<T> midBlock(Operand<T> x, int channels) {
    Operand<T> first = resnet("mid_block.resnets.0", x, channels, channels);
    Operand<T> attended = config.midBlockAttention() ? attention("mid_block.attentions.0", first, channels) : first;
    return resnet("mid_block.resnets.1", attended, channels, channels);
  }

  /** GroupNorm, SiLU and the last convolution. */
  Operand<T> output(Operand<T> x, int channels, int out) {
    Norm norm = groupNorm("conv_norm_out", x, channels);
    return stripes.each(x, 1, (stripe, edges) ->
        convolution("conv_out", layers.silu(applied(norm, stripe, channels)), channels, out, 3, edges));
  }

  Operand<T> convolution(String key, Operand<T> x, int in, int out, int size, Stripes.Edges edges) {
    Operand<T> kernel = layers.kernel(key + ".weight", out, in, size);
    Operand<T> convolved = size == 1 || edges == Stripes.Edges.BOTH ? tf.nn.conv2d(x, kernel, EVERY_PLACE, "SAME")
        : tf.nn.conv2d(x, kernel, EVERY_PLACE, "EXPLICIT",
            Conv2d.explicitPaddings(List.of(0L, 0L, edges.above(), edges.below(), 1L, 1L, 0L, 0L)));
    return tf.nn.biasAdd(convolved, layers.weight(key + ".bias", out));
  }

  Operand<T> resnet(String at, Operand<T> x, int in, int out) {
    Norm first = groupNorm(at + ".norm1", x, in);
    Operand<T> h = stripes.each(x, 1, (stripe, edges) ->
        convolution(at + ".conv1", layers.silu(applied(first, stripe, in)), in, out, 3, edges));
    Norm second = groupNorm(at + ".norm2", h, out);
    Operand<T> branch = stripes.each(h, 1, (stripe, edges) ->
        convolution(at + ".conv2", layers.silu(applied(second, stripe, out)), out, out, 3, edges));
    return tf.math.add(in == out ? x : convolution(at + ".conv_shortcut", x, in, out, 1, Stripes.Edges.BOTH), branch);
  }

  /** What GroupNorm does to a picture, as one scale and one shift a channel [channels]. */
  private record Norm(Operand<TFloat32> scale, Operand<TFloat32> shift) {}

  /** The picture itself is read for the two means only, not for every step. */
  private Norm groupNorm(String at, Operand<T> x, int channels) {
    int groups = config.normGroups();
    Operand<TInt32> grouped = layers.constants.vector(1, groups, channels / groups);
    Operand<TInt32> perChannel = layers.constants.vector(channels);
    Means means = means(x, channels);
    Operand<TFloat32> mean = groupMean(means.ofValues(), grouped);
    Operand<TFloat32> variance = tf.math.sub(groupMean(means.ofSquares(), grouped), tf.math.square(mean));
    Operand<TFloat32> inverse = tf.math.rsqrt(
        tf.math.add(tf.math.maximum(variance, layers.constants.scalar(0f)), layers.constants.scalar((float) NORM_EPS)));
    Operand<TFloat32> scale = tf.math.mul(inverse, tf.reshape(layers.vector(at + ".weight", channels), grouped));
    Operand<TFloat32> shift = tf.math.sub(tf.reshape(layers.vector(at + ".bias", channels), grouped),
        tf.math.mul(mean, scale));
    return new Norm(tf.reshape(scale, perChannel), tf.reshape(shift, perChannel));
  }

  /**
   * In one pass over the picture. Of few channels it is a convolution with a diagonal matrix: with that one TensorFlow
   * computes the SiLU behind it, too. Otherwise it is the operation for the norm of a whole batch.
   */
  private Operand<T> applied(Norm norm, Operand<T> x, int channels) {
    if (layers.type == TFloat32.class && channels <= FEW_CHANNELS) {
      Operand<T> diagonal = layers.toType(tf.reshape(tf.linalg.tensorDiag(norm.scale()),
          layers.constants.vector(1, 1, channels, channels)));
      return tf.nn.biasAdd(tf.nn.conv2d(x, diagonal, EVERY_PLACE, "SAME"), layers.toType(norm.shift()));
    }
    return tf.nn.fusedBatchNorm(x, norm.scale(), norm.shift(), tf.zerosLike(norm.scale()), tf.onesLike(norm.scale()),
        FusedBatchNorm.isTraining(false), FusedBatchNorm.epsilon(0f)).y();
  }

  /** Over all places of a picture, for each channel. */
  private record Means(Operand<TFloat32> ofValues, Operand<TFloat32> ofSquares) {}

  private Means means(Operand<T> x, int channels) {
    if (stripes.isWhole()) {
      return meansOfWhole(x, channels);
    }
    Operand<TFloat32> rows = tf.dtypes.cast(layers.size(x, 1), TFloat32.class);
    Operand<TFloat32> values = null;
    Operand<TFloat32> squares = null;
    for (int stripe = 0; stripe < stripes.count(); stripe++) {
      Ops turn = stripe == 0 ? tf : tf.withControlDependencies(values, squares);
      Operand<T> part = stripes.rows(turn, x, stripe, 0);
      Operand<TFloat32> share = tf.math.div(tf.dtypes.cast(layers.size(part, 1), TFloat32.class), rows);
      Means ofPart = meansOfWhole(part, channels);
      Operand<TFloat32> ofValues = tf.math.mul(ofPart.ofValues(), share);
      Operand<TFloat32> ofSquares = tf.math.mul(ofPart.ofSquares(), share);
      values = stripe == 0 ? ofValues : tf.math.add(values, ofValues);
      squares = stripe == 0 ? ofSquares : tf.math.add(squares, ofSquares);
    }
    return new Means(values, squares);
  }

  /**
   * By training a batch norm of which only its statistics are wanted: half as long as TensorFlow's means, which read a
   * picture channel by channel. Its variance is that of a sample.
   */
  private Means meansOfWhole(Operand<T> x, int channels) {
    Operand<TFloat32> places = tf.dtypes.cast(tf.math.mul(layers.size(x, 1), layers.size(x, 2)), TFloat32.class);
    Operand<TFloat32> ones = tf.fill(layers.constants.vector(channels), layers.constants.scalar(1f));
    Operand<TFloat32> none = tf.constant(new float[0]);
    FusedBatchNorm<T, TFloat32> trained = tf.nn.fusedBatchNorm(x, ones, tf.zerosLike(ones), none, none,
        FusedBatchNorm.isTraining(true));
    Operand<TFloat32> mean = trained.batchMean();
    Operand<TFloat32> variance = tf.math.mul(trained.batchVariance(),
        tf.math.div(tf.math.sub(places, layers.constants.scalar(1f)), places));
    return new Means(mean, tf.math.add(variance, tf.math.square(mean)));
  }

  /** One value a channel → [1, groups, 1]. */
  private Operand<TFloat32> groupMean(Operand<TFloat32> channelMeans, Operand<TInt32> grouped) {
    return tf.math.mean(tf.reshape(channelMeans, grouped), layers.constants.scalar(2), Mean.keepDims(true));
  }

  /** Attention of every place to every other, one head, residual. */
  private Operand<T> attention(String at, Operand<T> x, int channels) {
    Operand<T> normed = tf.reshape(applied(groupNorm(at + ".group_norm", x, channels), x, channels),
        layers.constants.vector(-1, channels));
    Operand<T> q = layers.linearWithBias(at + ".to_q", normed, channels, channels);
    Operand<T> k = layers.linearWithBias(at + ".to_k", normed, channels, channels);
    Operand<T> v = layers.linearWithBias(at + ".to_v", normed, channels, channels);
    Operand<T> scaledQuery = tf.math.mul(q, layers.number(1 / Math.sqrt(channels), layers.type));
    Operand<TInt32> one = layers.constants.scalar(0);
    Operand<T> mixed = layers.attention(tf.expandDims(scaledQuery, one), tf.expandDims(k, one), tf.expandDims(v, one),
        layers.queries(layers.size(q, 0), stripes.isWhole() ? 1 : QUERY_PARTS));
    Operand<T> out = layers.linearWithBias(at + ".to_out.0", tf.reshape(mixed, layers.constants.vector(-1, channels)),
        channels, channels);
    return tf.math.add(x, tf.reshape(out, tf.shape(x)));
  }
}
