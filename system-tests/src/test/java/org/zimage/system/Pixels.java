package org.zimage.system;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What is in a picture file. */
final class Pixels {
  private Pixels() {}

  static BufferedImage read(byte[] file) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(file));
  }

  /** The mean colour of a square around a point, given as fractions of the size. */
  static Color around(BufferedImage image, double x, double y) {
    int half = Math.min(image.getWidth(), image.getHeight()) / 40;
    int left = (int) Math.max(0, x * image.getWidth() - half);
    int top = (int) Math.max(0, y * image.getHeight() - half);
    long[] sum = new long[3];
    int count = 0;
    for (int row = top; row < Math.min(image.getHeight(), top + 2 * half); row++) {
      for (int column = left; column < Math.min(image.getWidth(), left + 2 * half); column++) {
        Color colour = new Color(image.getRGB(column, row));
        sum[0] += colour.getRed();
        sum[1] += colour.getGreen();
        sum[2] += colour.getBlue();
        count++;
      }
    }
    return new Color((int) (sum[0] / count), (int) (sum[1] / count), (int) (sum[2] / count));
  }

  /** The text chunks of a PNG. */
  static Map<String, String> texts(byte[] png) throws IOException {
    Map<String, String> texts = new HashMap<>();
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(png))) {
      Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
      ImageReader reader = readers.next();
      reader.setInput(in);
      IIOMetadataNode root = (IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0");
      for (String kind : new String[] {"tEXtEntry", "iTXtEntry"}) {
        NodeList chunks = root.getElementsByTagName(kind);
        for (int i = 0; i < chunks.getLength(); i++) {
          Element chunk = (Element) chunks.item(i);
          texts.put(chunk.getAttribute("keyword"), chunk.getAttribute(kind.equals("tEXtEntry") ? "value" : "text"));
        }
      }
      reader.dispose();
    }
    return texts;
  }
}
