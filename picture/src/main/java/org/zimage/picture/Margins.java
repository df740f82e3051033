package org.zimage.picture;

/**
 * Where a picture lies in a larger one: in the middle.
 *
 * @param left pixels of the larger one beside it
 * @param top pixels of the larger one above it
 */
record Margins(int left, int top, int width, int height, int largerWidth, int largerHeight) {

  /** @throws IllegalArgumentException when the larger one is not as large in both directions */
  static Margins of(int width, int height, int largerWidth, int largerHeight) {
    if (width > largerWidth || height > largerHeight) {
      throw new IllegalArgumentException(width + "x" + height + " pixels do not lie in " + largerWidth + "x" + largerHeight);
    }
    return new Margins((largerWidth - width) / 2, (largerHeight - height) / 2, width, height, largerWidth, largerHeight);
  }

  /** The samples of the picture out of those of the larger one. */
  byte[] crop(byte[] larger, int channels) {
    byte[] cropped = new byte[width * height * channels];
    for (int row = 0; row < height; row++) {
      System.arraycopy(larger, ((top + row) * largerWidth + left) * channels, cropped, row * width * channels, width * channels);
    }
    return cropped;
  }

  /** The samples of the larger one, each that of the picture's nearest pixel. */
  byte[] extend(byte[] samples, int channels) {
    byte[] extended = new byte[largerWidth * largerHeight * channels];
    int next = 0;
    for (int y = 0; y < largerHeight; y++) {
      for (int x = 0; x < largerWidth; x++) {
        System.arraycopy(samples, nearest(x, y) * channels, extended, next, channels);
        next += channels;
      }
    }
    return extended;
  }

  private int nearest(int x, int y) {
    return within(y - top, height) * width + within(x - left, width);
  }

  private static int within(int place, int size) {
    return Math.max(0, Math.min(place, size - 1));
  }
}
