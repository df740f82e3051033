package org.zimage.pipeline.sampler;

import java.util.Locale;

/** Whose random numbers a seed selects: those of PyTorch on the CPU, or on CUDA devices, where most published seeds were made. */
public enum NoiseGenerator {
  CPU {
    @Override
    public float[] standardNormal(long seed, int count) {
      return new TorchCpuNoise(seed).next(count);
    }
  },
  CUDA {
    @Override
    public float[] standardNormal(long seed, int count) {
      return TorchCudaNoise.standardNormal(seed, count);
    }
  };

  /** The first {@code count} values of {@code torch.randn} after {@code manual_seed(seed)}, in float32. */
  public abstract float[] standardNormal(long seed, int count);

  /** The name on the command line and in a picture's parameters. */
  public String lowerCaseName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
