package org.zimage.pipeline.sampler;

/** The random numbers of one seeded generator, tensor after tensor. Mutable, for one thread. */
public interface NoiseStream {
  /** The next tensor of so many values: what {@code torch.randn} in float32 gives next. */
  float[] next(int count);
}
