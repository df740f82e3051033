package org.zimage.picture.look;

import org.zimage.picture.Picture;

/** A picture averaged to {@value #SIDE} × {@value #SIDE} cells, in luma and colour differences (ITU-R BT.601, full range). */
final class Thumbnail {
  static final int SIDE = 32;

  private static final int PLANES = 3;

  /** Luma 0…255, then blue and red less luma -128…128; row by row. */
  private final double[][] planes = new double[PLANES][SIDE * SIDE];

  Thumbnail(Picture picture) {
    for (int row = 0; row < SIDE; row++) {
      Span rows = Span.of(row, picture.height());
      for (int column = 0; column < SIDE; column++) {
        average(picture, rows, Span.of(column, picture.width()), row * SIDE + column);
      }
    }
  }

  /** The pixels of one cell; at least one, so that cells of smaller pictures share them. */
  private record Span(int first, int end) {
    static Span of(int cell, int pixels) {
      int first = (int) ((long) cell * pixels / SIDE);
      return new Span(first, Math.max(first + 1, (int) ((cell + 1L) * pixels / SIDE)));
    }

    int length() {
      return end - first;
    }
  }

  private void average(Picture picture, Span rows, Span columns, int cell) {
    byte[] rgb = picture.rgb();
    long red = 0;
    long green = 0;
    long blue = 0;
    for (int y = rows.first; y < rows.end; y++) {
      int at = PLANES * (y * picture.width() + columns.first);
      for (int x = columns.first; x < columns.end; x++, at += PLANES) {
        red += rgb[at] & 0xFF;
        green += rgb[at + 1] & 0xFF;
        blue += rgb[at + 2] & 0xFF;
      }
    }
    double pixels = (double) rows.length() * columns.length();
    double luma = (0.299 * red + 0.587 * green + 0.114 * blue) / pixels;
    planes[0][cell] = luma;
    planes[1][cell] = 0.564 * (blue / pixels - luma);
    planes[2][cell] = 0.713 * (red / pixels - luma);
  }

  double[] luma() {
    return planes[0];
  }

  double[] blueDifference() {
    return planes[1];
  }

  double[] redDifference() {
    return planes[2];
  }
}
