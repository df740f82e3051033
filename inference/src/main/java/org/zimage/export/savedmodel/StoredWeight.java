package org.zimage.export.savedmodel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;
import org.zimage.checkpoint.Dtype;
import org.zimage.checkpoint.TensorEntry;
import org.zimage.checkpoint.weights.Weight;

/**
 * How a weight lies in the checkpoint that a SavedModel restores: plain values as they are; what TensorFlow does not know as bytes, with
 * their scale beside them, out of which the graph makes the values when the model is loaded.
 */
final class StoredWeight {
  private static final String SCALE = ".scale";

  private StoredWeight() {}

  static Stream<TensorEntry> entries(Weight weight) {
    TensorEntry values = weight.values().named(weight.key());
    TensorEntry stored = values.dtype().isPlainFloat() ? values : values.asBytes();
    return weight.scale() == null ? Stream.of(stored) : Stream.of(stored, weight.scale().named(weight.key() + SCALE));
  }

  /** Type, shape and checksum of what is stored. */
  static String describe(Weight weight, Map<String, Integer> checksums) {
    String values = described(weight.values(), checksums.get(weight.key()));
    return weight.scale() == null ? values : values + " " + described(weight.scale(), checksums.get(weight.key() + SCALE));
  }

  private static String described(TensorEntry entry, int checksum) {
    return entry.dtype() + Arrays.toString(entry.shape()) + " " + Integer.toHexString(checksum);
  }

  /**
   * The weight's values.
   *
   * @param lane where the reading waits for the tensors before it
   */
  static Operand<? extends TFloating> restored(Ops lane, Ops save, Placeholder<TString> prefix, Weight weight) {
    List<TensorEntry> entries = entries(weight).toList();
    List<Class<? extends TType>> types = new ArrayList<>();
    entries.forEach(entry -> types.add(typeOf(entry.dtype())));
    String[] names = entries.stream().map(TensorEntry::name).toArray(String[]::new);
    String[] whole = new String[names.length];
    Arrays.fill(whole, "");
    List<Operand<?>> tensors = new ArrayList<>();
    lane.train.restore(prefix, save.array(names), save.array(whole), types).tensors().forEach(tensors::add);
    return weight.values().dtype().isPlainFloat() ? floating(tensors.get(0)) : Dequantization.of(save, weight, tensors);
  }

  @SuppressWarnings("unchecked")
  private static Operand<? extends TFloating> floating(Operand<?> value) {
    return (Operand<? extends TFloating>) value;
  }

  private static Class<? extends TType> typeOf(Dtype dtype) {
    return switch (dtype) {
      case F32 -> TFloat32.class;
      case BF16 -> TBfloat16.class;
      case F16 -> TFloat16.class;
      case U8 -> TUint8.class;
      default -> throw new IllegalArgumentException("TensorFlow reads " + dtype + " as bytes only");
    };
  }
}
