package org.zimage.picture;

import java.util.Arrays;

/**
 * Where a picture was repainted, and how much of the new pixels is seen there. Pixels whose mask is 0 are the original's, exactly.
 * Beside them the new picture comes in over a few pixels, so that no line is seen; all of this edge lies within what the mask
 * repaints. Where no kept pixel is near, the pixels are the new picture's as far as the mask says, exactly where it is 255.
 * Immutable.
 */
public final class RepaintedRegion {
  /** Pixels from the border over which the new picture comes in. */
  private static final int EDGE = 4;
  /** The chamfer distances of G. Borgefors, "Distance transformations in digital images" (1986): 3 to a neighbour, 4 diagonally. */
  private static final int STRAIGHT = 3;
  private static final int DIAGONAL = 4;
  private static final int FAR = STRAIGHT * (EDGE + 1);
  private static final int FULL = 255 * FAR;
  private static final int CHANNELS = 3;

  private final int width;
  private final int height;
  /** For each pixel, how much of the new picture is seen: 0 … {@link #FULL}. */
  private final short[] weights;

  private RepaintedRegion(Mask mask) {
    width = mask.width();
    height = mask.height();
    byte[] distances = distances(mask);
    weights = new short[distances.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (short) Math.min(255 * distances[i], FAR * (mask.grey()[i] & 0xFF));
    }
  }

  /** What a mask repaints. */
  public static RepaintedRegion of(Mask mask) {
    return new RepaintedRegion(mask);
  }

  /**
   * Puts the original back where it was not to be repainted.
   *
   * @param original what the picture was made from
   * @param drawn the new picture in the same size
   * @throws IllegalArgumentException when a picture has not the size of the mask
   */
  public Picture putBack(Picture original, Picture drawn) {
    requireSize(original);
    requireSize(drawn);
    byte[] mixed = new byte[drawn.rgb().length];
    for (int i = 0; i < mixed.length; i++) {
      int weight = weights[i / CHANNELS];
      int sum = (original.rgb()[i] & 0xFF) * (FULL - weight) + (drawn.rgb()[i] & 0xFF) * weight;
      mixed[i] = (byte) ((sum + FULL / 2) / FULL);
    }
    return new Picture(width, height, mixed);
  }

  private void requireSize(Picture picture) {
    if (picture.width() != width || picture.height() != height) {
      throw new IllegalArgumentException("The mask is " + width + "x" + height + ", the picture " + picture.width() + "x"
          + picture.height());
    }
  }

  /** How far each pixel is from the next that is kept, in thirds of a pixel, at most {@link #FAR}: two passes, from each corner. */
  private static byte[] distances(Mask mask) {
    int width = mask.width();
    int height = mask.height();
    byte[] distances = new byte[width * height];
    Arrays.fill(distances, (byte) FAR);
    for (int i = 0; i < distances.length; i++) {
      if (mask.grey()[i] == 0) {
        distances[i] = 0;
      }
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        shorten(distances, width, height, x, y, -1);
      }
    }
    for (int y = height - 1; y >= 0; y--) {
      for (int x = width - 1; x >= 0; x--) {
        shorten(distances, width, height, x, y, 1);
      }
    }
    return distances;
  }

  /** The way over the four neighbours that a pass has seen before; {@code back} leads to them. */
  private static void shorten(byte[] distances, int width, int height, int x, int y, int back) {
    int at = y * width + x;
    int shortest = distances[at];
    boolean hasRow = y + back >= 0 && y + back < height;
    boolean hasBefore = x + back >= 0 && x + back < width;
    boolean hasAfter = x - back >= 0 && x - back < width;
    int row = at + back * width;
    if (hasBefore) {
      shortest = Math.min(shortest, distances[at + back] + STRAIGHT);
    }
    if (hasRow) {
      shortest = Math.min(shortest, distances[row] + STRAIGHT);
    }
    if (hasRow && hasBefore) {
      shortest = Math.min(shortest, distances[row + back] + DIAGONAL);
    }
    if (hasRow && hasAfter) {
      shortest = Math.min(shortest, distances[row - back] + DIAGONAL);
    }
    distances[at] = (byte) shortest;
  }
}
