package org.zimage.picture;

import java.util.Arrays;

/**
 * What of a picture is to be repainted. The record does not copy the bytes: whoever makes it hands them over.
 *
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 * @param grey row by row from the top, one byte a pixel: 255 is repainted, 0 is kept
 */
public record Mask(int width, int height, byte[] grey) {
  private static final byte WHITE = (byte) 255;

  /** @throws IllegalArgumentException when the number of bytes does not fit the size */
  public Mask {
    Samples.requireSize(width, height, 1, grey);
  }

  /** The mask that repaints everything. */
  public static Mask everything(int width, int height) {
    byte[] white = new byte[Math.multiplyExact(width, height)];
    Arrays.fill(white, WHITE);
    return new Mask(width, height, white);
  }

  /** Whether it is white everywhere. */
  public boolean isEverything() {
    for (byte pixel : grey) {
      if (pixel != WHITE) {
        return false;
      }
    }
    return true;
  }

  /** The mask in another size, or itself: {@link Lanczos}. */
  public Mask resizedTo(int newWidth, int newHeight) {
    if (newWidth == width && newHeight == height) {
      return this;
    }
    return new Mask(newWidth, newHeight, Lanczos.resize(grey, width, height, 1, newWidth, newHeight));
  }

  /** The mask in the middle of a larger one, around which its outermost pixels are repeated, or itself: as {@link Picture#extended}. */
  public Mask extended(int largerWidth, int largerHeight) {
    if (largerWidth == width && largerHeight == height) {
      return this;
    }
    return new Mask(largerWidth, largerHeight, Margins.of(width, height, largerWidth, largerHeight).extend(grey, 1));
  }
}
