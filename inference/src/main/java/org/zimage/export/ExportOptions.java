package org.zimage.export;

import org.zimage.checkpoint.Dtype;
import org.zimage.checkpoint.source.SamplingDefaults;

/**
 * How to export a checkpoint.
 *
 * @param dtype of weights and activations: F32 for CPUs, BF16 for GPUs and CPUs with bfloat16 instructions
 * @param name the model's name, as callers will know it
 * @param overwrite whether an earlier export at the same place is replaced
 * @param defaults what the model shall take for parameters that nobody has chosen; what the checkpoint says holds for the others
 */
public record ExportOptions(Dtype dtype, String name, boolean overwrite, SamplingDefaults defaults) {
  public ExportOptions {
    if (dtype != Dtype.F32 && dtype != Dtype.BF16) {
      throw new IllegalArgumentException("dtype must be f32 or bf16 (got " + dtype.lowerCaseName()
          + "); activations exceed float16's range");
    }
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw new IllegalArgumentException("name must be letters, digits, '.', '_' or '-' (got \"" + name + "\")");
    }
  }

  /** With the checkpoint's own defaults. */
  public ExportOptions(Dtype dtype, String name, boolean overwrite) {
    this(dtype, name, overwrite, SamplingDefaults.NONE);
  }
}
