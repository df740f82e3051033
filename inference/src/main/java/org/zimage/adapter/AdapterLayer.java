package org.zimage.adapter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.ndarray.buffer.layout.DataLayouts;
import org.tensorflow.ndarray.buffer.layout.FloatDataLayout;
import org.tensorflow.ndarray.buffer.ShortDataBuffer;
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

  /** @return the elements of a float32, float16 or bfloat16 tensor */
  static float[] floats(TensorEntry tensor) {
    try {
      MappedByteBuffer bytes = tensor.map();
      return switch (tensor.dtype()) {
        case F32 -> tensor.floats();
        case F16 -> widened(bytes, DataLayouts.FLOAT16);
        case BF16 -> widened(bytes, DataLayouts.BFLOAT16);
        default -> throw new IllegalArgumentException(tensor + " is no tensor of an adapter");
      };
    } catch (IOException cause) {
      throw new UncheckedIOException(tensor.file() + " cannot be read", cause);
    }
  }

  private static float[] widened(MappedByteBuffer bytes, FloatDataLayout<ShortDataBuffer> layout) {
    short[] halves = new short[bytes.remaining() / Short.BYTES];
    bytes.asShortBuffer().get(halves);
    float[] values = new float[halves.length];
    FloatDataBuffer widened = layout.applyTo(DataBuffers.of(halves));
    widened.read(values);
    return values;
  }
}
