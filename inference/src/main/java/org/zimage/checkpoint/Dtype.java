package org.zimage.checkpoint;

import java.util.Locale;

/** The element types of a checkpoint's tensors, by their names in safetensors files. */
public enum Dtype {
  F32(4), BF16(2), F16(2), U8(1);

  private final int bytes;

  Dtype(int bytes) {
    this.bytes = bytes;
  }

  /** The size of one element. */
  public int bytes() {
    return bytes;
  }

  /** The name on the command line and in {@code model.json}: f32, bf16, f16. */
  public String lowerCaseName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
