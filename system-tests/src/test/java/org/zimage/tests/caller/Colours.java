package org.zimage.tests.caller;

import java.awt.Color;
import java.awt.image.BufferedImage;

/** Mean colours of parts of a picture. */
public record Colours(BufferedImage picture) {

  /** The outer twentieth on all sides. */
  public Color border() {
    int width = picture.getWidth();
    int height = picture.getHeight();
    return mean((x, y) -> Math.min(Math.min(x, width - 1 - x) * 20 / width,
        Math.min(y, height - 1 - y) * 20 / height) < 1);
  }

  /** A square of a tenth of the sides in the middle. */
  public Color centre() {
    int width = picture.getWidth();
    int height = picture.getHeight();
    return mean((x, y) -> Math.abs(2 * x - width) * 10 < width && Math.abs(2 * y - height) * 10 < height);
  }

  public static boolean isWhite(Color colour) {
    return Math.min(colour.getRed(), Math.min(colour.getGreen(), colour.getBlue())) > 200;
  }

  public static boolean isRed(Color colour) {
    return colour.getRed() > 150 && colour.getGreen() < 110 && colour.getBlue() < 110;
  }

  private interface Part {
    boolean contains(int x, int y);
  }

  private Color mean(Part part) {
    long red = 0;
    long green = 0;
    long blue = 0;
    long count = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        if (part.contains(x, y)) {
          Color pixel = new Color(picture.getRGB(x, y));
          red += pixel.getRed();
          green += pixel.getGreen();
          blue += pixel.getBlue();
          count++;
        }
      }
    }
    return new Color((int) (red / count), (int) (green / count), (int) (blue / count));
  }
}
