package org.zimage.picture;

/**
 * A picture in sRGB: one to start from, a finished one, or a small one on the way. The record does not copy the bytes: whoever makes it
 * hands them over.
 *
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 * @param rgb row by row from the top, three bytes a pixel: red, green, blue
 */
public record Picture(int width, int height, byte[] rgb) {
  private static final int CHANNELS = 3;

  /** @throws IllegalArgumentException when the number of bytes does not fit the size */
  public Picture {
    Samples.requireSize(width, height, CHANNELS, rgb);
  }

  public PictureSize size() {
    return new PictureSize(width, height);
  }

  /** The picture in another size, or itself: {@link Lanczos}. */
  public Picture resizedTo(int newWidth, int newHeight) {
    if (newWidth == width && newHeight == height) {
      return this;
    }
    return new Picture(newWidth, newHeight, Lanczos.resize(rgb, width, height, CHANNELS, newWidth, newHeight));
  }

  /** The middle part of the picture, in that size, or itself. */
  public Picture centre(int croppedWidth, int croppedHeight) {
    if (croppedWidth == width && croppedHeight == height) {
      return this;
    }
    return new Picture(croppedWidth, croppedHeight, Margins.of(croppedWidth, croppedHeight, width, height).crop(rgb, CHANNELS));
  }

  /** The picture in the middle of a larger one, around which its outermost pixels are repeated, or itself. */
  public Picture extended(int largerWidth, int largerHeight) {
    if (largerWidth == width && largerHeight == height) {
      return this;
    }
    return new Picture(largerWidth, largerHeight, Margins.of(width, height, largerWidth, largerHeight).extend(rgb, CHANNELS));
  }
}
