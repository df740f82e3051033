package org.zimage.picture;

import org.zimage.picture.PictureRefused.Reason;

/** Pixels of a picture's sides. */
public record PictureSize(int width, int height) {

  /**
   * The size of a picture that is made from this one when nobody asks for another: its own, made smaller or larger in its proportions
   * where a side is out of the limits. Sides are rounded to whole pixels.
   *
   * @param minSide what each side has at least
   * @param maxSide what each side has at most
   * @throws PictureRefused when no size within the limits has these proportions
   */
  public PictureSize within(int minSide, int maxSide) {
    int longer = Math.max(width, height);
    int shorter = Math.min(width, height);
    if ((long) longer * minSide > (long) shorter * maxSide) {
      throw new PictureRefused(Reason.EXTREME_PROPORTIONS, "The picture is " + width + "x" + height + ", and one side may be at most "
          + maxSide / minSide + " times as long as the other. Crop it, or ask for a width and a height.");
    }
    double scale = Math.max((double) minSide / shorter, Math.min(1, (double) maxSide / longer));
    return new PictureSize(scaled(width, scale, minSide, maxSide), scaled(height, scale, minSide, maxSide));
  }

  /**
   * The size of a picture that is made from this one when sides may be asked for: a side that is not follows from the other in these
   * proportions, and both from {@link #within}.
   *
   * @param wantedWidth pixels; null when none are asked for
   * @param wantedHeight the same
   * @throws PictureRefused when a side is not asked for and no size within the limits has these proportions
   */
  public PictureSize wanted(Integer wantedWidth, Integer wantedHeight, int minSide, int maxSide) {
    if (wantedWidth != null && wantedHeight != null) {
      return new PictureSize(wantedWidth, wantedHeight);
    }
    PictureSize own = within(minSide, maxSide);
    if (wantedHeight != null) {
      return new PictureSize(scaled(width, (double) wantedHeight / height, minSide, maxSide), wantedHeight);
    }
    return wantedWidth == null ? own
        : new PictureSize(wantedWidth, scaled(height, (double) wantedWidth / width, minSide, maxSide));
  }

  private static int scaled(int side, double scale, int minSide, int maxSide) {
    return (int) Math.max(minSide, Math.min(maxSide, Math.round(side * scale)));
  }
}
