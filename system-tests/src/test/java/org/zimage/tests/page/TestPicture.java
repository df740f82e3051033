package org.zimage.tests.page;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import javax.imageio.ImageIO;

/** A picture to start from: a blue sky over sand. */
final class TestPicture {
  static final int SKY = new Color(90, 150, 230).getRGB();
  static final int SAND = new Color(240, 210, 120).getRGB();

  private TestPicture() { }

  /** Writes it as a PNG. */
  static Path write(Path file, int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D brush = picture.createGraphics();
    brush.setColor(new Color(SKY));
    brush.fillRect(0, 0, width, height);
    brush.setColor(new Color(SAND));
    brush.fillRect(0, height * 3 / 4, width, height);
    brush.dispose();
    try {
      ImageIO.write(picture, "png", file.toFile());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String base64(Path file) {
    try {
      return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
