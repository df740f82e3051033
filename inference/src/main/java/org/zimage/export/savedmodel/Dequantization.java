package org.zimage.export.savedmodel;

import java.util.List;
import java.util.stream.LongStream;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;
import org.zimage.checkpoint.Dtype;
import org.zimage.checkpoint.weights.Weight;

/**
 * Makes the values of a weight out of its bytes, in float32 as the reference implementations do (ggml's dequantize_row_q8_0 and
 * dequantize_row_q4_0; ComfyUI's float8 times its scale). On the processor, so that a GPU holds nothing but the result.
 */
final class Dequantization {
  private static final int FACTOR_BYTES = 2;
  private static final int FLOAT8_VALUES = 256;

  private final Ops tf;

  private Dequantization(Ops tf) {
    this.tf = tf;
  }

  /**
   * @param tensors bytes uint8 [blocks, bytes of a block], and the scale where there is one
   * @return float32 of the weight's shape
   */
  static Operand<TFloat32> of(Ops save, Weight weight, List<Operand<?>> tensors) {
    Ops tf = save.withDevice(DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.CPU).deviceIndex(0).build());
    Dequantization dequantization = new Dequantization(tf);
    Operand<TUint8> bytes = bytes(tensors.get(0));
    Operand<TFloat32> values = switch (weight.values().dtype()) {
      case Q8_0 -> dequantization.q8(bytes);
      case Q4_0 -> dequantization.q4(bytes);
      case F8_E4M3, F8_E5M2 -> dequantization.float8(bytes, weight.values().dtype());
      default -> throw new IllegalArgumentException(weight.values().dtype() + " needs no dequantization");
    };
    Operand<TFloat32> shaped = tf.reshape(values, tf.constant(weight.shape()));
    return weight.scale() == null ? shaped : dequantization.scaled(shaped, weight, tensors.get(1));
  }

  @SuppressWarnings("unchecked")
  private static Operand<TUint8> bytes(Operand<?> tensor) {
    return (Operand<TUint8>) tensor;
  }

  /** The sign is the highest bit: with it turned over, and 128 taken off, bytes are the same numbers without a sign. */
  private Operand<TFloat32> q8(Operand<TUint8> blocks) {
    Operand<TUint8> turned = tf.bitwise.bitwiseXor(behindFactor(blocks), number(0x80));
    return tf.math.mul(tf.math.sub(toFloat(turned), tf.constant(128f)), factor(blocks));
  }

  private Operand<TFloat32> q4(Operand<TUint8> blocks) {
    Operand<TUint8> pairs = behindFactor(blocks);
    Operand<TUint8> halves = tf.concat(List.of(tf.bitwise.bitwiseAnd(pairs, number(0x0f)), tf.bitwise.rightShift(pairs, number(4))),
        tf.constant(1));
    return tf.math.mul(tf.math.sub(toFloat(halves), tf.constant(8f)), factor(blocks));
  }

  /** [blocks, 1] */
  private Operand<TFloat32> factor(Operand<TUint8> blocks) {
    Operand<TUint8> bytes = tf.slice(blocks, tf.constant(new int[] {0, 0}), tf.constant(new int[] {-1, FACTOR_BYTES}));
    return tf.expandDims(toFloat(tf.bitcast(bytes, TFloat16.class)), tf.constant(1));
  }

  private Operand<TUint8> behindFactor(Operand<TUint8> blocks) {
    return tf.slice(blocks, tf.constant(new int[] {0, FACTOR_BYTES}), tf.constant(new int[] {-1, -1}));
  }

  /** By a table, because TensorFlow's Bitcast makes no float8 of bytes. */
  private Operand<TFloat32> float8(Operand<TUint8> bytes, Dtype dtype) {
    float[] table = new float[FLOAT8_VALUES];
    for (int code = 0; code < table.length; code++) {
      table[code] = Float8Value.of(dtype, code);
    }
    return tf.gather(tf.constant(table), tf.dtypes.cast(bytes, TInt32.class), tf.constant(0));
  }

  private Operand<TFloat32> scaled(Operand<TFloat32> values, Weight weight, Operand<?> scale) {
    @SuppressWarnings("unchecked")
    Operand<TFloat32> factor = toFloat((Operand<? extends TFloating>) scale);
    long[] column = LongStream.range(0, weight.shape().length).map(axis -> axis == 0 ? -1 : 1).toArray();
    return tf.math.mul(values, weight.scale().shape().length == 0 ? factor : tf.reshape(factor, tf.constant(column)));
  }

  private Operand<TFloat32> toFloat(Operand<?> value) {
    return tf.dtypes.cast(floatingOrByte(value), TFloat32.class);
  }

  @SuppressWarnings("unchecked")
  private static Operand<? extends TNumber> floatingOrByte(Operand<?> value) {
    return (Operand<? extends TNumber>) value;
  }

  private Operand<TUint8> number(int value) {
    return tf.constantOf(TUint8.scalarOf((byte) value));
  }
}
