package org.zimage.picture;

/**
 * Resizes pictures as Pillow 13's {@code Image.resize(…, Resampling.LANCZOS)} does, to the last bit, because diffusers
 * resizes with it: the same input gives a model the same values here and there.
 *
 * <p>Sources: C. E. Duchon, "Lanczos Filtering in One and Two Dimensions" (1979), for the filter, a windowed sinc with three lobes;
 * Pillow's documentation, "Concepts: Filters", for what it does when it shrinks: the filter is stretched by the scale, so that every
 * pixel of the input counts. What makes the bits equal is Pillow's arithmetic for 8-bit pictures ({@code Resample.c}, licence
 * MIT-CMU), written anew here: rows and columns one after the other, each pass rounded to 8 bits; weights computed as doubles, divided
 * by their sum and rounded to 22 fractional bits; sums of 32 bits that begin with a half.
 */
final class Lanczos {
  private static final int LOBES = 3;
  /** 8 bits of a sample and 2 of overshoot remain of 32. */
  private static final int FRACTION_BITS = 32 - 8 - 2;
  private static final int HALF = 1 << (FRACTION_BITS - 1);
  private static final int MAX_SAMPLE = 255;

  private Lanczos() { }

  /**
   * @param samples row by row from the top, {@code channels} bytes a pixel
   * @return {@code newWidth · newHeight · channels} bytes
   * @throws IllegalArgumentException when a side of the result is less than 1
   */
  static byte[] resize(byte[] samples, int width, int height, int channels, int newWidth, int newHeight) {
    if (newWidth < 1 || newHeight < 1) {
      throw new IllegalArgumentException("A picture has at least one pixel (got " + newWidth + "x" + newHeight + ")");
    }
    if (isMainlyLower(width, height, newWidth, newHeight)) {
      byte[] columns = resizeColumns(samples, width * channels, height, newHeight);
      return resizeRows(columns, width, newHeight, channels, newWidth);
    }
    byte[] rows = resizeRows(samples, width, height, channels, newWidth);
    return resizeColumns(rows, newWidth * channels, height, newHeight);
  }

  /** Pillow 13's rule for when columns come first, which is faster then; it is seen in the roundings. */
  private static boolean isMainlyLower(int width, int height, int newWidth, int newHeight) {
    return newHeight < height && height - newHeight > 2 * (width - newWidth);
  }

  private static byte[] resizeRows(byte[] samples, int width, int height, int channels, int newWidth) {
    if (newWidth == width) {
      return samples;
    }
    Weights[] weights = weights(width, newWidth);
    byte[] resized = new byte[Math.multiplyExact(Math.multiplyExact(newWidth, height), channels)];
    int next = 0;
    for (int y = 0; y < height; y++) {
      for (Weights weight : weights) {
        int first = (y * width + weight.first) * channels;
        for (int channel = 0; channel < channels; channel++) {
          resized[next++] = weight.sum(samples, first + channel, channels);
        }
      }
    }
    return resized;
  }

  private static byte[] resizeColumns(byte[] samples, int stride, int height, int newHeight) {
    if (newHeight == height) {
      return samples;
    }
    byte[] resized = new byte[Math.multiplyExact(newHeight, stride)];
    int next = 0;
    for (Weights weight : weights(height, newHeight)) {
      int first = weight.first * stride;
      for (int x = 0; x < stride; x++) {
        resized[next++] = weight.sum(samples, first + x, stride);
      }
    }
    return resized;
  }

  /** For each sample of the result, what the samples of a row or column count in it. */
  private static Weights[] weights(int size, int newSize) {
    double scale = (double) size / newSize;
    double stretch = Math.max(scale, 1);
    double support = LOBES * stretch;
    Weights[] weights = new Weights[newSize];
    for (int i = 0; i < newSize; i++) {
      double centre = (i + 0.5) * scale;
      int first = Math.max((int) (centre - support + 0.5), 0);
      int end = Math.min((int) (centre + support + 0.5), size);
      weights[i] = new Weights(first, fixedPoint(normalised(first, end, centre, stretch)));
    }
    return weights;
  }

  private static double[] normalised(int first, int end, double centre, double stretch) {
    double[] values = new double[end - first];
    double sum = 0;
    double inverse = 1 / stretch;
    for (int i = 0; i < values.length; i++) {
      values[i] = filter((i + first - centre + 0.5) * inverse);
      sum += values[i];
    }
    for (int i = 0; i < values.length && sum != 0; i++) {
      values[i] /= sum;
    }
    return values;
  }

  private static int[] fixedPoint(double[] values) {
    int[] fixed = new int[values.length];
    for (int i = 0; i < fixed.length; i++) {
      fixed[i] = (int) (Math.copySign(0.5, values[i]) + values[i] * (1 << FRACTION_BITS));
    }
    return fixed;
  }

  private static double filter(double x) {
    return x >= -LOBES && x < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
  }

  private static double sinc(double x) {
    if (x == 0) {
      return 1;
    }
    double angle = x * Math.PI;
    return Math.sin(angle) / angle;
  }

  private record Weights(int first, int[] values) {
    byte sum(byte[] samples, int start, int step) {
      int sum = HALF;
      int at = start;
      for (int value : values) {
        sum += (samples[at] & 0xFF) * value;
        at += step;
      }
      return (byte) Math.max(0, Math.min(MAX_SAMPLE, sum >> FRACTION_BITS));
    }
  }
}
