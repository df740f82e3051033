package org.zimage.picture.encoding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts metadata into a WebP file. Source: RFC 9649, 2.3 (RIFF) and 2.7 (extended file format). */
final class WebpContainer {
  private static final int RIFF_HEADER = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int VP8X_BYTES = 10;
  private static final int HAS_XMP = 0x04;

  private WebpContainer() { }

  /**
   * The same file in the extended format, with an XMP packet behind its picture.
   *
   * @param webp a file in the simple format: one chunk with an opaque picture
   * @param width pixels of the picture
   * @param height the same
   */
  static byte[] withXmp(byte[] webp, int width, int height, byte[] xmp) {
    byte[] picture = Arrays.copyOfRange(webp, RIFF_HEADER, webp.length);
    int length = RIFF_HEADER + chunkLength(VP8X_BYTES) + picture.length + chunkLength(xmp.length);
    ByteBuffer file = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    put(file, "RIFF", length - CHUNK_HEADER);
    file.put(ascii("WEBP"));
    put(file, "VP8X", VP8X_BYTES);
    file.putInt(HAS_XMP);
    put24(file, width - 1);
    put24(file, height - 1);
    file.put(picture);
    put(file, "XMP ", xmp.length);
    file.put(xmp);
    // A chunk with an odd number of bytes is followed by a zero, with which the buffer was made
    return file.array();
  }

  private static int chunkLength(int bytes) {
    return CHUNK_HEADER + bytes + bytes % 2;
  }

  private static void put(ByteBuffer file, String name, int bytes) {
    file.put(ascii(name)).putInt(bytes);
  }

  private static void put24(ByteBuffer file, int value) {
    file.putShort((short) value).put((byte) (value >> 16));
  }

  private static byte[] ascii(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }
}
