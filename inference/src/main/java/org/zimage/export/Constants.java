package org.zimage.export;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The constants of one graph, each of them once. A network names the same few numbers thousands of times; an operation for each would be
 * a third of its graph, and of the memory and time that building and loading it take. Used by one thread.
 */
final class Constants {
  private final Ops tf;
  private final Map<Object, Operand<?>> made = new HashMap<>();

  Constants(Ops tf) {
    this.tf = tf;
  }

  /** [] */
  Operand<TInt32> scalar(int value) {
    return once(value, () -> tf.constant(value));
  }

  /** [] */
  Operand<TFloat32> scalar(float value) {
    return once(value, () -> tf.constant(value));
  }

  /** [number of values] */
  Operand<TInt32> vector(int... values) {
    List<Integer> key = Arrays.stream(values).boxed().toList();
    return once(key, () -> tf.constant(values));
  }

  @SuppressWarnings("unchecked")
  private <O extends Operand<?>> O once(Object key, Supplier<O> making) {
    Operand<?> known = made.get(key);
    if (known == null) {
      known = making.get();
      made.put(key, known);
    }
    return (O) known;
  }
}
