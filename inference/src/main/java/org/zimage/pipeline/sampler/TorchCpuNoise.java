package org.zimage.pipeline.sampler;

/**
 * {@code torch.randn} in float32 from a CPU generator (aten/src/ATen/native/cpu/DistributionTemplates.h, core/MT19937RNGEngine.h).
 * Up to 15 values come one by one from a double-precision Box-Muller; from 16 on, blocks of 16 are transformed in float32. PyTorch
 * computes logarithm and angle there with vector polynomials, so last bits may differ. Mutable, for one thread.
 */
final class TorchCpuNoise implements NoiseStream {
  private static final int STATE_SIZE = 624;
  private static final int SHIFT_SIZE = 397;
  private static final int BLOCK = 16;
  private static final float TWO_POW_MINUS_24 = 0x1p-24f;
  private static final double TWO_POW_MINUS_53 = 0x1p-53;

  private final int[] state = new int[STATE_SIZE];
  private int used = STATE_SIZE;
  private double kept;
  private boolean hasKept;

  /** Seeds the generator. Only the low 32 bits of the seed count, as in PyTorch. */
  TorchCpuNoise(long seed) {
    state[0] = (int) seed;
    for (int i = 1; i < STATE_SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  @Override
  public float[] next(int count) {
    float[] values = new float[count];
    if (count < BLOCK) {
      for (int i = 0; i < count; i++) {
        values[i] = (float) nextNormal();
      }
      return values;
    }
    fillUniform(values, 0);
    for (int start = 0; start + BLOCK <= count; start += BLOCK) {
      toNormal(values, start);
    }
    if (count % BLOCK != 0) {
      // The last 16 values are drawn anew, over those that were transformed already.
      fillUniform(values, count - BLOCK);
      toNormal(values, count - BLOCK);
    }
    return values;
  }

  private void fillUniform(float[] values, int start) {
    for (int i = start; i < values.length; i++) {
      values[i] = (nextInt() & 0xffffff) * TWO_POW_MINUS_24;
    }
  }

  private static void toNormal(float[] values, int start) {
    for (int i = start; i < start + BLOCK / 2; i++) {
      float radius = (float) Math.sqrt(-2 * (float) Math.log(1 - values[i]));
      float angle = 2 * (float) Math.PI * values[i + BLOCK / 2];
      values[i] = radius * (float) Math.cos(angle);
      values[i + BLOCK / 2] = radius * (float) Math.sin(angle);
    }
  }

  private double nextNormal() {
    if (hasKept) {
      hasKept = false;
      return kept;
    }
    double angle = 2 * Math.PI * nextDouble();
    double radius = Math.sqrt(-2 * Math.log1p(-nextDouble()));
    kept = radius * Math.sin(angle);
    hasKept = true;
    return radius * Math.cos(angle);
  }

  private double nextDouble() {
    long high = nextInt();
    long low = nextInt() & 0xffffffffL;
    return (((high << 32) | low) & ((1L << 53) - 1)) * TWO_POW_MINUS_53;
  }

  private int nextInt() {
    if (used == STATE_SIZE) {
      twist();
    }
    int y = state[used++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  private void twist() {
    for (int i = 0; i < STATE_SIZE; i++) {
      int mixed = (state[i] & 0x80000000) | (state[(i + 1) % STATE_SIZE] & 0x7fffffff);
      state[i] = state[(i + SHIFT_SIZE) % STATE_SIZE] ^ (mixed >>> 1) ^ ((mixed & 1) == 0 ? 0 : 0x9908b0df);
    }
    used = 0;
  }
}
