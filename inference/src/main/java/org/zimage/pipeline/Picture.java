package org.zimage.pipeline;

/**
 * A finished picture.
 *
 * @param rgb row by row from the top, three bytes a pixel: red, green, blue
 */
public record Picture(int width, int height, byte[] rgb) {

  /** The middle part of this picture, in the given size. */
  Picture centre(int croppedWidth, int croppedHeight) {
    if (croppedWidth == width && croppedHeight == height) {
      return this;
    }
    int left = (width - croppedWidth) / 2;
    int top = (height - croppedHeight) / 2;
    byte[] cropped = new byte[croppedWidth * croppedHeight * 3];
    for (int row = 0; row < croppedHeight; row++) {
      System.arraycopy(rgb, ((top + row) * width + left) * 3, cropped, row * croppedWidth * 3, croppedWidth * 3);
    }
    return new Picture(croppedWidth, croppedHeight, cropped);
  }
}
