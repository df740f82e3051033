package org.zimage.pipeline.sampler;

import java.util.Locale;

/** Whose random numbers a seed selects: those of PyTorch on the CPU, or on CUDA devices, where most published seeds were made. */
public enum NoiseGenerator {
  CPU {
    @Override
    public NoiseStream seeded(long seed) {
      return new TorchCpuNoise(seed);
    }
  },
  CUDA {
    @Override
    public NoiseStream seeded(long seed) {
      return new TorchCudaNoise(seed);
    }
  };

  /** What {@code torch.randn} gives, tensor after tensor, after {@code manual_seed(seed)}. */
  public abstract NoiseStream seeded(long seed);

  /** The first {@code count} values of {@code torch.randn} after {@code manual_seed(seed)}, in float32. */
  public float[] standardNormal(long seed, int count) {
    return seeded(seed).next(count);
  }

  /** The name on the command line and in a picture's parameters. */
  public String lowerCaseName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
