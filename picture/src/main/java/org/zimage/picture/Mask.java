package org.zimage.picture;

/**
 * What of a picture is to be repainted. The record does not copy the bytes: whoever makes it hands them over.
 *
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 * @param grey row by row from the top, one byte a pixel: 255 is repainted, 0 is kept
 */
public record Mask(int width, int height, byte[] grey) {

  /** @throws IllegalArgumentException when the number of bytes does not fit the size */
  public Mask {
    Samples.requireSize(width, height, 1, grey);
  }

  /** The mask in another size, or itself: {@link Lanczos}. */
  public Mask resizedTo(int newWidth, int newHeight) {
    if (newWidth == width && newHeight == height) {
      return this;
    }
    return new Mask(newWidth, newHeight, Lanczos.resize(grey, width, height, 1, newWidth, newHeight));
  }
}
