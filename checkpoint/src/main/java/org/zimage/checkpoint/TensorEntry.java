package org.zimage.checkpoint;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Where a tensor lies: its raw little-endian, row-major elements in a safetensors or GGUF file.
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

  /** The same elements under another name. */
  public TensorEntry named(String other) {
    return new TensorEntry(other, dtype, shape, file, offset, size);
  }

  /** The same elements, of another shape with as many of them. */
  public TensorEntry reshaped(long... other) {
    return new TensorEntry(name, dtype, other, file, offset, size);
  }

  /** The same bytes, as rows of uint8: one for each block of elements. */
  public TensorEntry asBytes() {
    return new TensorEntry(name, Dtype.U8, new long[] {size / dtype.blockBytes(), dtype.blockBytes()}, file, offset, size);
  }

  /**
   * One of several equal parts of the rows.
   *
   * @throws CheckpointException if the rows cannot be divided so
   */
  public TensorEntry part(int index, int parts) {
    long[] partShape = shape.clone();
    if (shape.length == 0 || shape[0] % parts != 0 || size % ((long) parts * dtype.blockBytes()) != 0) {
      throw new CheckpointException(file + ": " + name + " has shape " + Arrays.toString(shape) + ", expected rows that can be divided "
          + "into " + parts + " equal parts");
    }
    partShape[0] /= parts;
    return new TensorEntry(name, dtype, partShape, file, offset + index * (size / parts), size / parts);
  }

  /** @throws CheckpointException if two of the tensors of one file have bytes in common */
  static void requireDisjoint(Collection<TensorEntry> entries) {
    List<TensorEntry> inOrder = entries.stream().filter(tensor -> tensor.size() > 0)
        .sorted(Comparator.comparingLong(TensorEntry::offset)).toList();
    TensorEntry before = null;
    for (TensorEntry entry : inOrder) {
      if (before != null && before.offset() + before.size() > entry.offset()) {
        throw new CheckpointException(entry.file() + ": " + before.name() + " and " + entry.name() + " overlap");
      }
      before = entry;
    }
  }

  /**
   * The elements of a float32, float16 or bfloat16 tensor, copied.
   *
   * @throws CheckpointException if it is of another type
   */
  public float[] floats() throws IOException {
    MappedByteBuffer bytes = mapFloats();
    float[] values = new float[Math.toIntExact(size / dtype.blockBytes())];
    for (int i = 0; i < values.length; i++) {
      values[i] = next(bytes);
    }
    return values;
  }

  /**
   * Whether all elements of a float32, float16 or bfloat16 tensor are finite numbers. They are not copied.
   *
   * @throws CheckpointException if it is of another type
   */
  public boolean isFinite() throws IOException {
    MappedByteBuffer bytes = mapFloats();
    while (bytes.hasRemaining()) {
      if (!Float.isFinite(next(bytes))) {
        return false;
      }
    }
    return true;
  }

  private MappedByteBuffer mapFloats() throws IOException {
    if (!dtype.isPlainFloat()) {
      throw new CheckpointException(file + ": " + name + " is " + dtype + ", expected F32, F16 or BF16");
    }
    return map();
  }

  private float next(MappedByteBuffer bytes) {
    return switch (dtype) {
      case F16 -> float16(bytes.getShort());
      case BF16 -> Float.intBitsToFloat(bytes.getShort() << Short.SIZE);
      default -> bytes.getFloat();
    };
  }

  /** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
  private static float float16(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      return Float.intBitsToFloat(sign | Float.floatToIntBits(fraction * 0x1p-24f));
    }
    int widened = exponent == 0x1f ? 0xff : exponent + 127 - 15;
    return Float.intBitsToFloat(sign | widened << 23 | fraction << 13);
  }

  @Override
  public String toString() {
    return name + " " + dtype + Arrays.toString(shape) + " in " + file;
  }
}
