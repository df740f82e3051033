package org.zimage.picture.look;

/**
 * The lowest frequencies of a plane of {@value Thumbnail#SIDE} × {@value Thumbnail#SIDE} values: its two-dimensional discrete cosine
 * transform (DCT-II, orthonormal), divided by {@value Thumbnail#SIDE}, so that frequency 0, 0 is the mean.
 */
final class LowFrequencies {
  /** Frequencies in each direction. */
  static final int EACH_WAY = 8;

  private static final double[][] COSINES = cosines();

  /** By vertical, then by horizontal frequency. */
  private final double[][] amplitudes;

  LowFrequencies(double[] plane) {
    this.amplitudes = columns(rows(plane));
  }

  private static double[][] cosines() {
    double[][] cosines = new double[EACH_WAY][Thumbnail.SIDE];
    for (int frequency = 0; frequency < EACH_WAY; frequency++) {
      double norm = Math.sqrt((frequency == 0 ? 1.0 : 2.0) / Thumbnail.SIDE);
      for (int place = 0; place < Thumbnail.SIDE; place++) {
        cosines[frequency][place] = norm * Math.cos((2 * place + 1) * frequency * Math.PI / (2 * Thumbnail.SIDE));
      }
    }
    return cosines;
  }

  private static double[][] rows(double[] plane) {
    double[][] transformed = new double[EACH_WAY][Thumbnail.SIDE];
    for (int frequency = 0; frequency < EACH_WAY; frequency++) {
      for (int y = 0; y < Thumbnail.SIDE; y++) {
        for (int x = 0; x < Thumbnail.SIDE; x++) {
          transformed[frequency][y] += COSINES[frequency][x] * plane[y * Thumbnail.SIDE + x];
        }
      }
    }
    return transformed;
  }

  private static double[][] columns(double[][] rows) {
    double[][] transformed = new double[EACH_WAY][EACH_WAY];
    for (int vertical = 0; vertical < EACH_WAY; vertical++) {
      for (int horizontal = 0; horizontal < EACH_WAY; horizontal++) {
        for (int y = 0; y < Thumbnail.SIDE; y++) {
          transformed[vertical][horizontal] += COSINES[vertical][y] * rows[horizontal][y] / Thumbnail.SIDE;
        }
      }
    }
    return transformed;
  }

  double mean() {
    return amplitudes[0][0];
  }

  double at(int vertical, int horizontal) {
    return amplitudes[vertical][horizontal];
  }
}
