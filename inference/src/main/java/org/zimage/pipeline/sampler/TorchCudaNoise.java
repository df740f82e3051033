package org.zimage.pipeline.sampler;

/**
 * {@code torch.randn} in float32 from a CUDA generator: Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * 2011) with one subsequence a thread, and cuRAND's Box-Muller (curand_normal.h).
 *
 * <p>PyTorch starts one thread a value until the device is full (multiprocessors x resident threads: 270,336 on an H100, 221,184 on
 * an A100); values beyond that come from the first threads' further numbers, so they depend on the device. Here every value has a
 * thread of its own, as on a device that is large enough, and as other programs do that reproduce CUDA seeds elsewhere.
 *
 * <p>A thread draws four numbers at once and uses the first (distribution_elementwise_grid_stride_kernel in
 * aten/src/ATen/native/cuda/DistributionTemplates.h). The next tensor begins with the next four: the generator's offset grows by 4,
 * which is 1 of Philox' counter. Mutable, for one thread.
 */
final class TorchCudaNoise implements NoiseStream {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final float TWO_POW_MINUS_32 = 0x1p-32f;
  private static final float TWO_POW_MINUS_32_TIMES_2_PI = (float) (0x1p-32 * 2 * Math.PI);

  private final long seed;
  /** How many tensors have been drawn. */
  private int drawn;

  TorchCudaNoise(long seed) {
    this.seed = seed;
  }

  @Override
  public float[] next(int count) {
    float[] values = new float[count];
    for (int thread = 0; thread < count; thread++) {
      values[thread] = firstNormal(thread);
    }
    drawn++;
    return values;
  }

  private float firstNormal(int thread) {
    int key0 = (int) seed;
    int key1 = (int) (seed >>> 32);
    int counter0 = drawn;
    int counter1 = 0;
    int counter2 = thread;
    int counter3 = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (counter0 & 0xffffffffL);
      long product1 = MULTIPLIER_1 * (counter2 & 0xffffffffL);
      counter0 = (int) (product1 >>> 32) ^ counter1 ^ key0;
      counter2 = (int) (product0 >>> 32) ^ counter3 ^ key1;
      counter1 = (int) product1;
      counter3 = (int) product0;
      key0 += WEYL_0;
      key1 += WEYL_1;
    }
    float u = (counter0 & 0xffffffffL) * TWO_POW_MINUS_32 + TWO_POW_MINUS_32 / 2;
    float v = (counter1 & 0xffffffffL) * TWO_POW_MINUS_32_TIMES_2_PI + TWO_POW_MINUS_32_TIMES_2_PI / 2;
    return (float) Math.sqrt(-2 * (float) Math.log(u)) * (float) Math.sin(v);
  }
}
