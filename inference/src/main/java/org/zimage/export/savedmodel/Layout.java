package org.zimage.export.savedmodel;

import java.util.Arrays;

/**
 * How a variable is laid out compared with the tensor in the checkpoint: the stored tensor is split into {@code split},
 * its axes are put into {@code order}, and the result gets {@code shape}. The rearrangement happens when the SavedModel
 * is loaded.
 */
public record Layout(long[] split, int[] order, long[] shape) {

  public static Layout asStored(long[] stored) {
    return new Layout(stored, new int[0], stored);
  }

  /** A convolution's [out, in, height, width] as TensorFlow's [height, width, in, out]. */
  public static Layout convolution(long[] stored) {
    return new Layout(stored, new int[] {2, 3, 1, 0}, new long[] {stored[2], stored[3], stored[1], stored[0]});
  }

  /**
   * The rows of every head in the order 0, 2, 4, …, 1, 3, 5, …: pairs of neighbours that rotate together become two
   * halves, which are cheaper to take apart. Scores do not change as long as queries and keys are ordered alike.
   */
  public static Layout pairsAsHalves(long[] stored, int headDim) {
    long heads = stored[0] / headDim;
    long[] split = stored.length == 2
        ? new long[] {heads, headDim / 2, 2, stored[1]}
        : new long[] {heads, headDim / 2, 2};
    int[] order = stored.length == 2 ? new int[] {0, 2, 1, 3} : new int[] {0, 2, 1};
    return new Layout(split, order, stored);
  }

  public boolean isAsStored() {
    return order.length == 0;
  }

  @Override
  public String toString() {
    return Arrays.toString(split) + " -> " + Arrays.toString(order) + " -> " + Arrays.toString(shape);
  }
}
