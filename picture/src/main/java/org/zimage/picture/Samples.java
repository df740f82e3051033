package org.zimage.picture;

/** Checks that bytes are the samples of a picture. */
final class Samples {
  private Samples() { }

  /** @throws IllegalArgumentException when the number of bytes does not fit the size */
  static void requireSize(int width, int height, int channels, byte[] samples) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("A picture has at least one pixel (got " + width + "x" + height + ")");
    }
    long bytes = (long) width * height * channels;
    if (samples.length != bytes) {
      throw new IllegalArgumentException(width + "x" + height + " pixels of " + channels + " bytes are " + bytes + " bytes (got "
          + samples.length + ")");
    }
  }
}
