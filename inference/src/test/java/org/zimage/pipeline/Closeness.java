package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

/** How near to a golden value a result must be. */
final class Closeness {
  private Closeness() {}

  /** Every value within a fraction of the golden's largest magnitude: float32 sums in another order differ by about 1e-5 of it. */
  static void assertClose(float[] actual, float[] golden, double fraction) {
    assertThat(actual).hasSameSizeAs(golden);
    double largest = 0;
    double furthest = 0;
    for (int i = 0; i < golden.length; i++) {
      largest = Math.max(largest, Math.abs(golden[i]));
      furthest = Math.max(furthest, Math.abs((double) actual[i] - golden[i]));
    }
    assertThat(furthest).as("furthest value, of a largest magnitude of " + largest).isLessThanOrEqualTo(fraction * largest);
  }

  /** Pictures: a share of the values within 1 of 255, none further than a limit. Roundings fall to either side. */
  static void assertSamePicture(byte[] actual, byte[] golden, double shareWithinOne, int furthest) {
    assertThat(actual).hasSameSizeAs(golden);
    PictureDifference difference = PictureDifference.between(actual, golden);
    assertThat(difference.shareWithinOne()).as("share of values within 1").isGreaterThanOrEqualTo(shareWithinOne);
    assertThat(difference.furthest()).as("largest difference").isLessThanOrEqualTo(furthest);
  }
}
