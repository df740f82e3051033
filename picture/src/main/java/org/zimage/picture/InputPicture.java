package org.zimage.picture;

/**
 * A picture to start from, in sRGB. The record does not copy the bytes: whoever makes it hands them over.
 *
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 * @param rgb row by row from the top, three bytes a pixel: red, green, blue
 */
public record InputPicture(int width, int height, byte[] rgb) {
  private static final int CHANNELS = 3;

  /** @throws IllegalArgumentException when the number of bytes does not fit the size */
  public InputPicture {
    Samples.requireSize(width, height, CHANNELS, rgb);
  }

  /** The picture in another size, or itself: {@link Lanczos}. */
  public InputPicture resizedTo(int newWidth, int newHeight) {
    if (newWidth == width && newHeight == height) {
      return this;
    }
    return new InputPicture(newWidth, newHeight, Lanczos.resize(rgb, width, height, CHANNELS, newWidth, newHeight));
  }
}
