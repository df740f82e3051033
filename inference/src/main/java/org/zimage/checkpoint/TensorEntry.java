package org.zimage.checkpoint;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Where a tensor lies: its raw little-endian, row-major elements in a safetensors file.
 *
 * @param name the key in the file
 * @param shape its dimensions, outermost first
 * @param offset of the first byte in the file
 * @param size in bytes
 */
public record TensorEntry(String name, Dtype dtype, long[] shape, Path file, long offset, long size) {

  /**
   * The elements, mapped and not copied. A mapping is unmapped when it is garbage.
   *
   * @throws CheckpointException if the tensor has more than 2 GB
   */
  public MappedByteBuffer map() throws IOException {
    if (size > Integer.MAX_VALUE) {
      throw new CheckpointException(file + ": " + name + " has " + size + " bytes, expected at most " + Integer.MAX_VALUE);
    }
    try (FileChannel channel = FileChannel.open(file)) {
      MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, offset, size);
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      return bytes;
    }
  }

  /** The elements of a float32 tensor, copied. */
  public float[] floats() throws IOException {
    if (dtype != Dtype.F32) {
      throw new CheckpointException(file + ": " + name + " is " + dtype + ", expected F32");
    }
    float[] values = new float[Math.toIntExact(size / Float.BYTES)];
    map().asFloatBuffer().get(values);
    return values;
  }

  @Override
  public String toString() {
    return name + " " + dtype + Arrays.toString(shape) + " in " + file;
  }
}
