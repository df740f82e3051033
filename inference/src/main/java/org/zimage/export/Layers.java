package org.zimage.export;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.EuclideanNorm;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;
import org.zimage.checkpoint.weights.Weight;
import org.zimage.checkpoint.weights.Weights;
import org.zimage.export.savedmodel.Layout;
import org.zimage.export.savedmodel.SavedModelWriter;

/**
 * The layers of the networks, over weights and activations of one type. Tokens are rows: [tokens, width]. Norms and rotations are
 * computed in float32 whatever the type is.
 *
 * @param <T> the element type of weights and activations
 */
final class Layers<T extends TFloating> {
  final Ops tf;
  final Class<T> type;
  final Constants constants;
  private final SavedModelWriter model;
  private final Weights weights;
  private final String prefix;
  /** What adapters add to the linear layers; null where none can. */
  private final AdapterSlots<T> adapters;

  /** @param prefix what stands before every key in the checkpoint, for example {@code decoder.} */
  Layers(SavedModelWriter model, Weights weights, String prefix, Class<T> type) {
    this(model, weights, prefix, type, new Constants(model.tf()), null);
  }

  private Layers(SavedModelWriter model, Weights weights, String prefix, Class<T> type, Constants constants, AdapterSlots<T> adapters) {
    this.model = model;
    this.weights = weights;
    this.prefix = prefix;
    this.tf = model.tf();
    this.type = type;
    this.constants = constants;
    this.adapters = adapters;
  }

  /** The same layers over the same weights, with what adapters add. */
  Layers<T> with(AdapterSlots<T> slots) {
    return new Layers<>(model, weights, prefix, type, constants, slots);
  }

  Operand<T> weight(String key, long... shape) {
    Weight stored = weights.weight(prefix + key, shape);
    return model.weight(stored, type, Layout.asStored(stored.shape()));
  }

  /** A small vector or bias in float32, for what is computed in float32. */
  Operand<TFloat32> vector(String key, long size) {
    Weight stored = weights.weight(prefix + key, size);
    return model.weight(stored, TFloat32.class, Layout.asStored(stored.shape()));
  }

  /** As {@link #vector}, its neighbouring pairs laid out as two halves. */
  Operand<TFloat32> pairedVector(String key, int headDim) {
    Weight stored = weights.weight(prefix + key, headDim);
    return model.weight(stored, TFloat32.class, Layout.pairsAsHalves(stored.shape(), headDim));
  }

  <U extends TNumber> Operand<U> number(double value, Class<U> as) {
    return tf.dtypes.cast(tf.constant(value), as);
  }

  Operand<TFloat32> toFloat(Operand<? extends TFloating> x) {
    return tf.dtypes.cast(x, TFloat32.class);
  }

  Operand<T> toType(Operand<? extends TFloating> x) {
    return tf.dtypes.cast(x, type);
  }

  /** x W^T without bias; x [rows, in], the weight [out, in] as PyTorch keeps it. */
  Operand<T> linear(String key, Operand<T> x, long in, long out) {
    Weight stored = weights.weight(prefix + key + ".weight", out, in);
    return linear(prefix + key, x, stored, Layout.asStored(stored.shape()));
  }

  private Operand<T> linear(String name, Operand<T> x, Weight stored, Layout layout) {
    Operand<T> y = tf.linalg.matMul(x, model.weight(stored, type, layout), MatMul.transposeB(true));
    return adapters == null ? y : tf.math.add(y, adapters.added(name, x, layout));
  }

  Operand<T> linearWithBias(String key, Operand<T> x, long in, long out) {
    return tf.nn.biasAdd(linear(key, x, in, out), weight(key + ".bias", out));
  }

  /** As {@link #linear} to heads, each head's neighbouring pairs laid out as two halves. */
  Operand<T> pairedLinear(String key, Operand<T> x, long in, long out, int headDim) {
    Weight stored = weights.weight(prefix + key + ".weight", out, in);
    return linear(prefix + key, x, stored, Layout.pairsAsHalves(stored.shape(), headDim));
  }

  /** x / sqrt(mean(x²) + eps), over the last axis. */
  Operand<TFloat32> normalized(Operand<TFloat32> x, double eps) {
    return tf.math.mul(x, inverseRootMeanSquare(x, eps));
  }

  /** 1 / sqrt(mean(x²) + eps), over the last axis, whose size is known. */
  Operand<TFloat32> inverseRootMeanSquare(Operand<TFloat32> x, double eps) {
    Operand<TFloat32> norm = tf.linalg.euclideanNorm(x, constants.scalar(-1), EuclideanNorm.keepDims(true));
    long width = x.shape().get(x.shape().numDimensions() - 1);
    if (width < 1) {
      throw new IllegalStateException("the last axis of " + x.op().name() + " has an unknown size: " + x.shape());
    }
    Operand<TFloat32> meanSquare = tf.math.div(tf.math.square(norm), constants.scalar((float) width));
    return tf.math.rsqrt(tf.math.add(meanSquare, constants.scalar((float) eps)));
  }

  /** RMSNorm times a vector, which is the norm's weight and whatever else scales the channels. */
  Operand<T> rmsNorm(Operand<T> x, Operand<TFloat32> scale, double eps) {
    return toType(tf.math.mul(normalized(toFloat(x), eps), scale));
  }

  Operand<T> silu(Operand<T> x) {
    return tf.math.mul(x, tf.math.sigmoid(x));
  }

  /** w2(SiLU(w1 x) · w3 x). */
  Operand<T> gatedFeedForward(Operand<T> x, String gate, String up, String down, long width, long hidden) {
    Operand<T> gated = tf.math.mul(silu(linear(gate, x, width, hidden)), linear(up, x, width, hidden));
    return linear(down, gated, hidden, width);
  }

  /**
   * Rotates every head of q or k: (a, b) → (a cos − b sin, b cos + a sin) for its two halves, after an RMSNorm over the
   * head.
   *
   * @param x [tokens, heads, headDim], pairs laid out as halves
   * @param scale the norm's weight [headDim], laid out alike
   * @param cos [tokens, 1, headDim / 2]
   * @return [tokens, heads, headDim]
   */
  Operand<T> normalizedAndRotated(Operand<T> x, Operand<TFloat32> scale, double eps, Operand<TFloat32> cos,
      Operand<TFloat32> sin, double factor) {
    Operand<TFloat32> full = toFloat(x);
    Operand<TFloat32> length = tf.math.mul(inverseRootMeanSquare(full, eps), constants.scalar((float) factor));
    List<Operand<TFloat32>> halves = halves(full, -1);
    List<Operand<TFloat32>> scales = halves(scale, 0);
    Operand<TFloat32> first = tf.math.sub(
        tf.math.mul(halves.get(0), tf.math.mul(cos, scales.get(0))),
        tf.math.mul(halves.get(1), tf.math.mul(sin, scales.get(1))));
    Operand<TFloat32> second = tf.math.add(
        tf.math.mul(halves.get(1), tf.math.mul(cos, scales.get(1))),
        tf.math.mul(halves.get(0), tf.math.mul(sin, scales.get(0))));
    return toType(tf.math.mul(tf.concat(List.of(first, second), constants.scalar(-1)), length));
  }

  <U extends TFloating> List<Operand<U>> halves(Operand<U> x, int axis) {
    return new ArrayList<>(tf.split(constants.scalar(axis), x, 2L).output());
  }

  /**
   * The V2 operation: oneDNN has kernels for it, while the V3 of {@code tf.train.batchMatMul} is plain Eigen on a CPU.
   */
  <U extends TFloating> Operand<U> batchMatMul(Operand<U> x, Operand<U> y, boolean transposeY) {
    return tf.scope().opBuilder("BatchMatMulV2", "BatchMatMulV2")
        .addInput(x.asOutput())
        .addInput(y.asOutput())
        .setAttr("adj_y", transposeY)
        .build()
        .output(0);
  }

  /**
   * The queries that attention takes at once.
   *
   * @param begin [0, first token, 0]
   * @param size [all heads, number of tokens, all of a head]
   */
  record Queries(Operand<TInt32> begin, Operand<TInt32> size) {}

  /**
   * Tokens in nearly equal parts. Made once for all layers that see the same tokens.
   *
   * @param tokens [1], at least {@code parts}
   * @return nothing for one part: all at once
   */
  List<Queries> queries(Operand<TInt32> tokens, int parts) {
    List<Queries> queries = new ArrayList<>();
    for (int part = 0; parts > 1 && part < parts; part++) {
      Operand<TInt32> begin = border(tokens, part, parts);
      Operand<TInt32> count = tf.math.sub(border(tokens, part + 1, parts), begin);
      queries.add(new Queries(shape(List.of(number(0), begin, number(0))), shape(List.of(number(-1), count, number(-1)))));
    }
    return queries;
  }

  /**
   * softmax(q k^T) v, the queries in parts, one after the other, so that the scores of all tokens never exist at once.
   *
   * @param q [heads, tokens, headDim], already scaled
   * @return [heads, tokens, headDim]
   */
  Operand<T> attention(Operand<T> q, Operand<T> k, Operand<T> v, List<Queries> parts) {
    if (parts.isEmpty()) {
      return batchMatMul(softmax(batchMatMul(q, k, true)), v, false);
    }
    return oneAfterTheOther(parts.size(), 1, (part, turn) -> {
      Operand<T> queries = turn.slice(q, parts.get(part).begin(), parts.get(part).size());
      return batchMatMul(softmax(batchMatMul(queries, k, true)), v, false);
    });
  }

  /** One part of a result; its first operation is made with the given operations, which wait for the part before. */
  interface Part<T extends TFloating> {
    Operand<T> compute(int part, Ops turn);
  }

  /**
   * Parts of a result joined along an axis. None begins before the one before it is there: TensorFlow would otherwise
   * begin them all, and hold what they need all at once.
   */
  Operand<T> oneAfterTheOther(int parts, int axis, Part<T> each) {
    List<Operand<T>> computed = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      Ops turn = part == 0 ? tf : tf.withControlDependencies(computed.get(part - 1));
      computed.add(each.compute(part, turn));
    }
    return tf.concat(computed, constants.scalar(axis));
  }

  /** Where part number {@code part} of {@code parts} nearly equal ones begins, [1]. */
  Operand<TInt32> border(Operand<TInt32> size, int part, int parts) {
    return tf.math.floorDiv(tf.math.mul(size, constants.scalar(part)), constants.scalar(parts));
  }

  /**
   * How large x is along one axis, [1]. What is computed from it takes only operations that leave int32 in the processor's
   * memory on a GPU, too: one with a kernel there, such as GatherV2, makes the processor wait at each use until the GPU
   * has done all that it was given before.
   */
  Operand<TInt32> size(Operand<?> x, int axis) {
    return tf.slice(tf.shape(x), number(axis), number(1));
  }

  /** A shape of sizes, each [1]. */
  Operand<TInt32> shape(List<Operand<TInt32>> sizes) {
    return tf.concat(sizes, constants.scalar(0));
  }

  /** [1] */
  Operand<TInt32> number(int value) {
    return constants.vector(value);
  }

  /** In the model's type: bfloat16's kernels add up in float32 themselves, and scores are the largest tensors of all. */
  Operand<T> softmax(Operand<T> scores) {
    return tf.nn.softmax(scores);
  }

  /** [tokens, heads · headDim] → [heads, tokens, headDim]. */
  Operand<T> headsFirst(Operand<T> x) {
    return tf.linalg.transpose(x, constants.vector(1, 0, 2));
  }

  Operand<T> splitHeads(Operand<T> x, int heads, int headDim) {
    return tf.reshape(x, constants.vector(-1, heads, headDim));
  }

  /** [heads, tokens, headDim] → [tokens, heads · headDim]. */
  Operand<T> joinHeads(Operand<T> x, int width) {
    return tf.reshape(headsFirst(x), constants.vector(-1, width));
  }

  /** A convolution's weight as [height, width, in, out]. */
  Operand<T> kernel(String key, long out, long in, long size) {
    Weight stored = weights.weight(prefix + key, out, in, size, size);
    return model.weight(stored, type, Layout.convolution(stored.shape()));
  }
}
