package org.zimage.checkpoint;

import java.util.Arrays;
import java.util.Locale;

/**
 * The element types of a checkpoint's tensors, by their names in safetensors and GGUF files. The last two keep blocks of elements with
 * one factor each.
 */
public enum Dtype {
  F32(4), BF16(2), F16(2), F64(8), U8(1), I8(1), I16(2), I32(4), I64(8), BOOL(1), F8_E4M3(1), F8_E5M2(1), F8_E8M0(1),
  /** float16 d, 32 times int8 q: d · q (ggml's block_q8_0). */
  Q8_0(32, 34),
  /** float16 d, 16 bytes of two 4-bit q each, the lower halves first: d · (q - 8) (ggml's block_q4_0). */
  Q4_0(32, 18);

  private final int blockElements;
  private final int blockBytes;

  Dtype(int bytes) {
    this(1, bytes);
  }

  Dtype(int blockElements, int blockBytes) {
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** The number of elements that are kept together; 1 where each is kept by itself. */
  public int blockElements() {
    return blockElements;
  }

  /** The size of such a block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether elements are values as they are, which need nothing to be read. */
  public boolean isPlainFloat() {
    return this == F32 || this == BF16 || this == F16;
  }

  public boolean isFloat8() {
    return this == F8_E4M3 || this == F8_E5M2;
  }

  public boolean isBlocked() {
    return blockElements > 1;
  }

  /**
   * The bytes of a tensor.
   *
   * @throws ArithmeticException if they are more than a long counts, or the elements are no whole number of blocks
   */
  long bytes(long[] shape) {
    long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    if (elements % blockElements != 0) {
      throw new ArithmeticException(elements + " elements are no multiple of " + blockElements);
    }
    return Math.multiplyExact(elements / blockElements, (long) blockBytes);
  }

  /** The name on the command line and in {@code model.json}: f32, bf16, f16. */
  public String lowerCaseName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
