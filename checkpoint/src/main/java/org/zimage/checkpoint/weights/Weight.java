package org.zimage.checkpoint.weights;

import java.util.Arrays;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.TensorEntry;

/**
 * A weight of a network.
 *
 * @param key as diffusers names it
 * @param values where its elements lie, by the name that their file gives them
 * @param scale what the elements are multiplied with, of shape [] for all or [rows]; null where they are the values themselves
 */
public record Weight(String key, TensorEntry values, TensorEntry scale) {

  public long[] shape() {
    return values.shape();
  }

  Weight named(String other) {
    return new Weight(other, values, scale);
  }

  /** One of several equal parts of the rows; contiguous, so nothing has to be copied. */
  Weight part(int index, int parts, String partKey) {
    boolean isScaledByRow = scale != null && scale.shape().length == 1;
    return new Weight(partKey, values.part(index, parts), isScaledByRow ? scale.part(index, parts) : scale);
  }

  /**
   * The weight in exactly that shape. Axes of length 1 may be there or not: 1x1 convolutions have the bytes of the matrix, and some
   * formats drop such axes.
   *
   * @throws CheckpointException if it has another shape
   */
  Weight shaped(long... expected) {
    if (Arrays.equals(shape(), expected)) {
      return this;
    }
    if (!Arrays.equals(withoutOnes(shape()), withoutOnes(expected))) {
      throw new CheckpointException(values.file() + ": " + values.name() + " has shape " + Arrays.toString(shape()) + ", expected "
          + Arrays.toString(expected));
    }
    return new Weight(key, values.reshaped(expected), scale);
  }

  private static long[] withoutOnes(long[] shape) {
    return Arrays.stream(shape).filter(size -> size != 1).toArray();
  }
}
