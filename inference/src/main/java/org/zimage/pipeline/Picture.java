package org.zimage.pipeline;

/**
 * A picture: a finished one, one to start from, or a small one on the way.
 *
 * @param rgb row by row from the top, three bytes a pixel: red, green, blue
 */
public record Picture(int width, int height, byte[] rgb) {
  public Picture {
    if (rgb.length != width * height * 3) {
      throw new IllegalArgumentException("a picture of " + width + "x" + height + " has " + width * height * 3 + " bytes (got "
          + rgb.length + ")");
    }
  }

  /** The middle part of this picture, in the given size. */
  Picture centre(int croppedWidth, int croppedHeight) {
    if (croppedWidth == width && croppedHeight == height) {
      return this;
    }
    Margins margins = Margins.of(croppedWidth, croppedHeight, width, height);
    byte[] cropped = new byte[croppedWidth * croppedHeight * 3];
    for (int row = 0; row < croppedHeight; row++) {
      System.arraycopy(rgb, ((margins.top() + row) * width + margins.left()) * 3, cropped, row * croppedWidth * 3, croppedWidth * 3);
    }
    return new Picture(croppedWidth, croppedHeight, cropped);
  }

  /** This picture in the middle of a larger one, around which its outermost pixels are repeated. */
  Picture extended(int largerWidth, int largerHeight) {
    if (largerWidth == width && largerHeight == height) {
      return this;
    }
    Margins margins = Margins.of(width, height, largerWidth, largerHeight);
    byte[] extended = new byte[largerWidth * largerHeight * 3];
    int next = 0;
    for (int y = 0; y < largerHeight; y++) {
      for (int x = 0; x < largerWidth; x++) {
        System.arraycopy(rgb, margins.nearest(x, y) * 3, extended, next, 3);
        next += 3;
      }
    }
    return new Picture(largerWidth, largerHeight, extended);
  }
}
