package org.zimage.pipeline;

/**
 * How two pictures of one size differ, value by value.
 *
 * @param shareWithinOne of the values that are within 1 of 255 of each other, 0 to 1
 * @param furthest the largest difference, in steps of 255
 */
public record PictureDifference(double shareWithinOne, int furthest) {
  /** @throws IllegalArgumentException if they have different sizes */
  public static PictureDifference between(byte[] rgb, byte[] otherRgb) {
    if (rgb.length != otherRgb.length) {
      throw new IllegalArgumentException("pictures of " + rgb.length + " and " + otherRgb.length + " bytes cannot be compared");
    }
    int within = 0;
    int furthest = 0;
    for (int i = 0; i < rgb.length; i++) {
      int distance = Math.abs((rgb[i] & 0xff) - (otherRgb[i] & 0xff));
      within += distance <= 1 ? 1 : 0;
      furthest = Math.max(furthest, distance);
    }
    return new PictureDifference((double) within / rgb.length, furthest);
  }
}
