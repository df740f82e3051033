package org.zimage.picture.encoding;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.zimage.picture.marking.AigcLabel;
import org.zimage.picture.marking.Marks;

/**
 * Writes 8-bit RGB pictures as PNG (ISO/IEC 15948) with text chunks. Rows are filtered with "up" and compressed fast:
 * for these pictures a third of the time of the platform's writer, for files that are smaller (decision 20).
 * Thread-safe.
 */
public final class PngWriter {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final int CHANNELS = 3;
  private static final int TRUECOLOR = 2;
  private static final int FILTER_UP = 2;
  /** Source: XMP specification, part 3, 1.1.5. */
  private static final String XMP_KEYWORD = "XML:com.adobe.xmp";

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(file);

  private PngWriter() { }

  /**
   * A picture that says nothing of its origin: for files that stay inside.
   *
   * @param rgb row by row, 3 bytes a pixel
   * @throws IllegalArgumentException when the number of bytes does not fit the size
   */
  public static byte[] write(int width, int height, byte[] rgb) {
    return write(width, height, rgb, Map.of(), null);
  }

  /**
   * @param rgb row by row, 3 bytes a pixel
   * @param texts keyword → text; keywords are Latin letters
   * @param marks what the picture says of its origin; null for nothing
   * @throws IllegalArgumentException when the number of bytes does not fit the size
   */
  public static byte[] write(int width, int height, byte[] rgb, Map<String, String> texts, Marks marks) {
    requireSize(width, height, rgb);
    PngWriter png = new PngWriter();
    try {
      png.out.write(SIGNATURE);
      png.header(width, height);
      if (marks != null) {
        png.marks(marks);
      }
      for (Map.Entry<String, String> text : texts.entrySet()) {
        png.text(text.getKey(), text.getValue());
      }
      png.pixels(width, height, rgb);
      png.chunk("IEND", new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory does not fail", e);
    }
    return png.file.toByteArray();
  }

  static void requireSize(int width, int height, byte[] rgb) {
    if (rgb.length != width * height * CHANNELS) {
      throw new IllegalArgumentException("A picture of " + width + "x" + height + " has " + width * height * CHANNELS
          + " bytes (got " + rgb.length + ")");
    }
  }

  private void header(int width, int height) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    DataOutputStream header = new DataOutputStream(content);
    header.writeInt(width);
    header.writeInt(height);
    header.write(new byte[] {8, TRUECOLOR, 0, 0, 0});
    chunk("IHDR", content.toByteArray());
  }

  /** Before the pixels, where every reader finds them. */
  private void marks(Marks marks) throws IOException {
    unicodeText(XMP_KEYWORD, marks.xmp());
    if (marks.label() != null) {
      text(AigcLabel.KEYWORD, marks.label().json());
    }
  }

  /** ASCII goes into tEXt, which every reader knows; the rest into iTXt, which is UTF-8. */
  private void text(String keyword, String text) throws IOException {
    if (StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
      chunk("tEXt", keyword, new byte[0], text.getBytes(StandardCharsets.US_ASCII));
    } else {
      unicodeText(keyword, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Not compressed, no language, no translated keyword: four zeros. */
  private void unicodeText(String keyword, byte[] utf8) throws IOException {
    chunk("iTXt", keyword, new byte[4], utf8);
  }

  private void chunk(String type, String keyword, byte[] flags, byte[] text) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write(keyword.getBytes(StandardCharsets.ISO_8859_1));
    content.write(0);
    content.write(flags);
    content.write(text);
    chunk(type, content.toByteArray());
  }

  private void pixels(int width, int height, byte[] rgb) throws IOException {
    int stride = width * CHANNELS;
    byte[] row = new byte[stride + 1];
    row[0] = FILTER_UP;
    ByteArrayOutputStream content = new ByteArrayOutputStream(rgb.length / 2);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (DeflaterOutputStream compressed = new DeflaterOutputStream(content, deflater, 1 << 16)) {
      for (int y = 0; y < height; y++) {
        int start = y * stride;
        for (int x = 0; x < stride; x++) {
          int above = y == 0 ? 0 : rgb[start - stride + x];
          row[x + 1] = (byte) (rgb[start + x] - above);
        }
        compressed.write(row);
      }
    } finally {
      deflater.end();
    }
    chunk("IDAT", content.toByteArray());
  }

  private void chunk(String type, byte[] content) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) crc.getValue());
  }
}
