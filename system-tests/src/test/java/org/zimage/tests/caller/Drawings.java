package org.zimage.tests.caller;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures and masks that callers send, and what they get. */
public final class Drawings {
  private Drawings() {}

  /** A square in the middle of a background. */
  public static BufferedImage square(int width, int height, Color background, Color square) {
    int side = Math.min(width, height) / 2;
    return rectangle(width, height, background, square, new Rectangle((width - side) / 2, (height - side) / 2, side, side));
  }

  /** Black, and white where it is to be painted. */
  public static BufferedImage mask(int width, int height, Rectangle painted) {
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

  /** Hardly smaller as a file, of three bytes a pixel. */
  public static BufferedImage noise(int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(0, 0, width, height, new Random(1).ints((long) width * height).toArray(), 0, width);
    return picture;
  }

  /** @param format png or jpeg */
  public static byte[] file(BufferedImage picture, String format) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, format, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  public static String dataUrl(BufferedImage picture) {
    return dataUrl("png", file(picture, "png"));
  }

  public static String dataUrl(String format, byte[] file) {
    return "data:image/" + format + ";base64," + Base64.getEncoder().encodeToString(file);
  }

  /** Row by row, as {@link BufferedImage#getRGB}. */
  public static int[] pixels(BufferedImage picture) {
    return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
  }
}
