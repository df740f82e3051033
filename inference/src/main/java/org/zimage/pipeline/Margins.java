package org.zimage.pipeline;

/** Where a picture lies on its canvas: in the middle. */
record Margins(int left, int top, int width, int height) {

  static Margins of(int width, int height, int canvasWidth, int canvasHeight) {
    return new Margins((canvasWidth - width) / 2, (canvasHeight - height) / 2, width, height);
  }

  /** The number of the picture's pixel that is nearest to a place of the canvas, counted row by row. */
  int nearest(int x, int y) {
    return within(y - top, height) * width + within(x - left, width);
  }

  private static int within(int place, int size) {
    return Math.max(0, Math.min(place, size - 1));
  }
}
