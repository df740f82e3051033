package org.zimage.picture.decoding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.zimage.picture.PictureRefused;
import org.zimage.picture.PictureRefused.Reason;

/** Walks over the chunks of a WebP (RFC 9649, section 2). */
final class WebpHeader {
  private static final int ANIMATION_FLAG = 0x02;
  private static final int EXTENDED_BYTES = 10;
  private static final int LOSSY_BYTES = 10;
  private static final int LOSSY_START_CODE = 0x2A019D;
  private static final int LOSSLESS_BYTES = 5;
  private static final int LOSSLESS_SIGNATURE = 0x2F;
  private static final int SIDE_BITS = 14;
  private static final int SIDE_MASK = (1 << SIDE_BITS) - 1;
  private static final int THREE_BYTES = 0xFFFFFF;

  private final ByteBuffer file;
  private int canvasWidth;
  private int canvasHeight;
  private int width;
  private int height;
  private Orientation orientation = Orientation.UPRIGHT;
  private byte[] profile;

  private WebpHeader(ByteBuffer file) {
    this.file = file.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** @throws IndexOutOfBoundsException when the file ends before its last chunk */
  static FileHeader read(ByteBuffer file) {
    WebpHeader header = new WebpHeader(file);
    header.readChunks();
    // Two sizes: which of them a decoder believes is not for a caller to choose
    if (header.width == 0 || header.canvasWidth != 0
        && (header.canvasWidth != header.width || header.canvasHeight != header.height)) {
      throw FileHeader.damaged(PictureType.WEBP, null);
    }
    return new FileHeader(PictureType.WEBP, header.width, header.height, header.orientation, header.profile);
  }

  private void readChunks() {
    long end = 8 + unsigned(4);
    if (end > file.limit()) {
      throw FileHeader.cutOff(PictureType.WEBP, null);
    }
    for (long at = 12; at + 8 <= end;) {
      long length = unsigned((int) at + 4);
      if (at + 8 + length > end) {
        throw FileHeader.cutOff(PictureType.WEBP, null);
      }
      readChunk((int) at, (int) length);
      at += 8 + length + (length & 1);
    }
  }

  private void readChunk(int at, int length) {
    int content = at + 8;
    switch (new String(file.array(), at, 4, StandardCharsets.ISO_8859_1)) {
      case "VP8X" -> readExtended(content, length);
      case "VP8 " -> readLossy(content, length);
      case "VP8L" -> readLossless(content, length);
      case "ANIM", "ANMF" -> throw animated();
      case "ICCP" -> profile = Arrays.copyOfRange(file.array(), content, content + length);
      case "EXIF" -> orientation = ExifOrientation.of(Arrays.copyOfRange(file.array(), content, content + length));
      default -> { }
    }
  }

  private static PictureRefused animated() {
    return new PictureRefused(Reason.ANIMATED, "Animated WebP is not read. Send one picture of it.");
  }

  private void readExtended(int content, int length) {
    requireLength(length, EXTENDED_BYTES);
    if ((file.get(content) & ANIMATION_FLAG) != 0) {
      throw animated();
    }
    canvasWidth = 1 + (file.getInt(content + 4) & THREE_BYTES);
    canvasHeight = 1 + (file.getInt(content + 6) >>> 8);
  }

  private void readLossy(int content, int length) {
    requireLength(length, LOSSY_BYTES);
    boolean interFrame = (file.get(content) & 1) != 0;
    if (interFrame || (file.getInt(content + 3) & THREE_BYTES) != LOSSY_START_CODE) {
      throw FileHeader.damaged(PictureType.WEBP, null);
    }
    setSize(file.getShort(content + 6) & SIDE_MASK, file.getShort(content + 8) & SIDE_MASK);
  }

  private void readLossless(int content, int length) {
    requireLength(length, LOSSLESS_BYTES);
    if (file.get(content) != LOSSLESS_SIGNATURE) {
      throw FileHeader.damaged(PictureType.WEBP, null);
    }
    int bits = file.getInt(content + 1);
    setSize(1 + (bits & SIDE_MASK), 1 + (bits >>> SIDE_BITS & SIDE_MASK));
  }

  private void setSize(int newWidth, int newHeight) {
    if (width != 0 || newWidth == 0 || newHeight == 0) {
      throw FileHeader.damaged(PictureType.WEBP, null);
    }
    width = newWidth;
    height = newHeight;
  }

  private void requireLength(int length, int least) {
    if (length < least) {
      throw FileHeader.damaged(PictureType.WEBP, null);
    }
  }

  private long unsigned(int at) {
    return Integer.toUnsignedLong(file.getInt(at));
  }
}
