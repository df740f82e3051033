package org.zimage.picture.decoding;

/**
 * How the pixels of a file lie in the picture as it is to be seen.
 *
 * @param swapped whether rows are columns, after the mirroring
 * @param mirroredX whether the first pixel of a row is the last
 * @param mirroredY whether the first row is the last
 */
record Orientation(boolean swapped, boolean mirroredX, boolean mirroredY) {
  static final Orientation UPRIGHT = new Orientation(false, false, false);

  /** @param exif the value of EXIF's tag, 1…8; others say nothing */
  static Orientation of(int exif) {
    return switch (exif) {
      case 2 -> new Orientation(false, true, false);
      case 3 -> new Orientation(false, true, true);
      case 4 -> new Orientation(false, false, true);
      case 5 -> new Orientation(true, false, false);
      case 6 -> new Orientation(true, false, true);
      case 7 -> new Orientation(true, true, true);
      case 8 -> new Orientation(true, true, false);
      default -> UPRIGHT;
    };
  }

  /** The width of the picture as it is to be seen. */
  int width(int fileWidth, int fileHeight) {
    return swapped ? fileHeight : fileWidth;
  }

  /** The height of the picture as it is to be seen. */
  int height(int fileWidth, int fileHeight) {
    return swapped ? fileWidth : fileHeight;
  }

  /** The number of the pixel, row by row, at which a pixel of the file is to be seen. */
  int place(int x, int y, int fileWidth, int fileHeight) {
    int seenX = mirroredX ? fileWidth - 1 - x : x;
    int seenY = mirroredY ? fileHeight - 1 - y : y;
    return swapped ? seenX * fileHeight + seenY : seenY * fileWidth + seenX;
  }
}
