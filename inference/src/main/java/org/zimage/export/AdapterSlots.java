package org.zimage.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;
import org.zimage.export.savedmodel.Layout;
import org.zimage.export.savedmodel.SavedModelWriter;
import org.zimage.model.AdapterNames;

/**
 * Two variables beside each linear layer, for what adapters add: y = x Wᵀ + (x downᵀ) upᵀ. They have no value until the signature
 * {@code adapt} is called with one for each layer; it takes {@code NAME.down} float32 [rank, in] and {@code NAME.up} float32 [out, rank],
 * where a rank of 0 adds nothing, and answers with {@code done}. No weight is changed, so that a weight of 16 bits loses nothing, and
 * the next adapters cost one assignment.
 *
 * @param <T> the element type of weights and activations
 */
final class AdapterSlots<T extends TFloating> {
  private static final int ANY = -1;

  private final SavedModelWriter model;
  private final Ops tf;
  private final Class<T> type;
  private final Map<String, Slot<T>> slots = new LinkedHashMap<>();
  private final Map<String, Operand<?>> inputs = new LinkedHashMap<>();
  private final List<Op> assignments = new ArrayList<>();

  private record Slot<T extends TFloating>(Operand<T> down, Operand<T> up) {}

  AdapterSlots(SavedModelWriter model, Class<T> type) {
    this.model = model;
    this.tf = model.tf();
    this.type = type;
  }

  /**
   * What adapters add to a layer's result.
   *
   * @param name of the layer, without {@code .weight}
   * @param layout of its weight, whose rows are those of {@code up}
   */
  Operand<T> added(String name, Operand<T> x, Layout layout) {
    Slot<T> slot = slots.computeIfAbsent(name, key -> new Slot<>(
        slot(key + AdapterNames.DOWN, Shape.of(ANY, layout.shape()[1]), null), slot(key + AdapterNames.UP, Shape.of(layout.shape()[0], ANY), layout)));
    return tf.linalg.matMul(tf.linalg.matMul(x, slot.down(), MatMul.transposeB(true)), slot.up(), MatMul.transposeB(true));
  }

  private Operand<T> slot(String name, Shape shape, Layout rows) {
    Operand<? extends TType> handle = model.variable(AdapterNames.VARIABLES + name, type, shape);
    Operand<TFloat32> given = tf.withName(AdapterNames.VARIABLES + name + ".given").placeholder(TFloat32.class, Placeholder.shape(shape));
    inputs.put(name, given);
    Operand<TFloat32> laidOut = rows == null || rows.isAsStored() ? given : withRowsLike(rows, given);
    assignments.add(tf.assignVariableOp(handle, tf.dtypes.cast(laidOut, type)));
    return tf.withName(AdapterNames.VARIABLES + name + ".read").readVariableOp(handle, type);
  }

  private Operand<TFloat32> withRowsLike(Layout rows, Operand<TFloat32> given) {
    Operand<TFloat32> split = tf.reshape(given, tf.constant(withAnyLast(rows.split())));
    return tf.reshape(tf.linalg.transpose(split, tf.constant(rows.order())), tf.constant(withAnyLast(rows.shape())));
  }

  /** In int32: a constant of int64 would lie in the memory of a GPU. */
  private static int[] withAnyLast(long[] shape) {
    return IntStream.concat(LongStream.of(shape).limit(shape.length - 1).mapToInt(Math::toIntExact), IntStream.of(ANY)).toArray();
  }

  /** Once all layers are there. */
  void signature() {
    Operand<TFloat32> done = tf.withControlDependencies(assignments).withName(AdapterNames.VARIABLES + "done").constant(1f);
    model.signature(AdapterNames.ADAPT, inputs, Map.of("done", done));
  }
}
