package org.zimage.adapter;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.zimage.adapter.AdapterTargets.Target;
import org.zimage.checkpoint.TensorEntry;

/**
 * What an adapter adds to a layer: scale · up · down.
 *
 * @param down [rank, in]
 * @param up [out, rank]
 * @param scale alpha / rank
 */
record AdapterLayer(Target target, TensorEntry down, TensorEntry up, double scale) {
  int rank() {
    return Math.toIntExact(down.shape()[0]);
  }

  /** Row by row. */
  float[] downValues() {
    return floats(down);
  }

  /** Row by row. */
  float[] upValues() {
    return floats(up);
  }

  private static float[] floats(TensorEntry tensor) {
    try {
      return tensor.floats();
    } catch (IOException cause) {
      throw new UncheckedIOException(tensor.file() + " cannot be read", cause);
    }
  }
}
