package org.zimage.tests.editing;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Pictures and masks that callers send. */
final class Drawings {
  private Drawings() {}

  /** A square in the middle of a background. */
  static BufferedImage square(int width, int height, Color background, Color square) {
    int side = Math.min(width, height) / 2;
    return rectangle(width, height, background, square, new Rectangle((width - side) / 2, (height - side) / 2, side, side));
  }

  /** Black, and white where it is to be painted. */
  static BufferedImage mask(int width, int height, Rectangle painted) {
    return rectangle(width, height, Color.BLACK, Color.WHITE, painted);
  }

  private static BufferedImage rectangle(int width, int height, Color background, Color colour, Rectangle place) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    pen.setColor(background);
    pen.fillRect(0, 0, width, height);
    pen.setColor(colour);
    pen.fill(place);
    pen.dispose();
    return picture;
  }

  /** @param format png or jpeg */
  static byte[] file(BufferedImage picture, String format) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, format, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  static String dataUrl(BufferedImage picture) {
    return dataUrl("png", file(picture, "png"));
  }

  static String dataUrl(String format, byte[] file) {
    return "data:image/" + format + ";base64," + Base64.getEncoder().encodeToString(file);
  }
}
