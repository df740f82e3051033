package org.zimage.picture.decoding;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Files made by hand, byte by byte, so that they can say what no encoder writes. */
final class Crafted {
  static final int GREY = 0;
  static final int RGB = 2;
  static final int PALETTE = 3;
  static final int RGBA = 6;

  private Crafted() { }

  /** A PNG of these chunks. */
  static byte[] png(byte[]... chunks) {
    return join(latin1("\u0089PNG\r\n\u001A\n"), join(chunks));
  }

  static byte[] header(int width, int height, int bits, int colourType) {
    return chunk("IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) bits).put((byte) colourType).array());
  }

  static byte[] end() {
    return chunk("IEND");
  }

  static byte[] chunk(String type, byte[]... content) {
    byte[] joined = join(content);
    CRC32 crc = new CRC32();
    crc.update(latin1(type));
    crc.update(joined);
    return join(ByteBuffer.allocate(4).putInt(joined.length).array(), latin1(type), joined,
        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  /** A PNG with pixels of zeros. */
  static byte[] blackPng(int width, int height, int bits, int colourType, byte[]... before) {
    int samples = switch (colourType) {
      case RGB -> 3;
      case RGBA -> 4;
      default -> 1;
    };
    long bytes = (1 + ((long) width * samples * bits + 7) / 8) * height;
    return png(header(width, height, bits, colourType), join(before), chunk("IDAT", zeros(bytes)), end());
  }

  /** So many zeros, compressed as small as they can be. */
  static byte[] zeros(long count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try (DeflaterOutputStream zlib = new DeflaterOutputStream(out, deflater)) {
      byte[] block = new byte[1 << 16];
      for (long left = count; left > 0; left -= block.length) {
        zlib.write(block, 0, (int) Math.min(left, block.length));
      }
    } catch (IOException e) {
      throw new AssertionError("Writing to memory does not fail", e);
    } finally {
      deflater.end();
    }
    return out.toByteArray();
  }

  /** A segment of a JPEG with its marker and its length. */
  static byte[] segment(int marker, byte[]... content) {
    byte[] joined = join(content);
    return join(new byte[] {(byte) 0xFF, (byte) marker},
        ByteBuffer.allocate(2).putShort((short) (joined.length + 2)).array(), joined);
  }

  /** A frame header of a JPEG. */
  static byte[] frame(int marker, int bits, int width, int height, int components) {
    ByteBuffer content = ByteBuffer.allocate(6 + 3 * components).put((byte) bits).putShort((short) height).putShort((short) width)
        .put((byte) components);
    for (int i = 1; i <= components; i++) {
      content.put((byte) i).put((byte) 0x11).put((byte) 0);
    }
    return segment(marker, content.array());
  }

  static byte[] scan() {
    return segment(0xDA, new byte[] {1, 1, 0, 0, 63, 0});
  }

  /** A JPEG of these segments. */
  static byte[] jpeg(byte[]... segments) {
    return join(bytes(0xFF, 0xD8), join(segments), bytes(0xFF, 0xD9));
  }

  /** A WebP of these chunks. */
  static byte[] webp(byte[]... chunks) {
    byte[] content = join(latin1("WEBP"), join(chunks));
    return join(latin1("RIFF"), little(content.length), content);
  }

  static byte[] riff(String type, byte[]... content) {
    byte[] joined = join(content);
    return join(latin1(type), little(joined.length), joined, new byte[joined.length & 1]);
  }

  static byte[] lossless(int width, int height) {
    return riff("VP8L", bytes(0x2F), little(width - 1 | height - 1 << 14), new byte[20]);
  }

  static byte[] extended(int flags, int width, int height) {
    return riff("VP8X", bytes(flags, 0, 0, 0), bytes(width - 1, width - 1 >> 8, width - 1 >> 16),
        bytes(height - 1, height - 1 >> 8, height - 1 >> 16));
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] little(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
