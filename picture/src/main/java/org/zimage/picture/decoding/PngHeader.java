package org.zimage.picture.decoding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Walks over the chunks of a PNG (ISO/IEC 15948, section 5). */
final class PngHeader {
  private static final int SIGNATURE_BYTES = 8;
  private static final int HEADER_BYTES = 13;
  /** Length, type and checksum. */
  private static final int FRAME_BYTES = 12;

  private PngHeader() { }

  /** @throws IndexOutOfBoundsException when the file ends before its last chunk */
  static FileHeader read(ByteBuffer file) {
    int width = 0;
    int height = 0;
    Orientation orientation = Orientation.UPRIGHT;
    byte[] compressedProfile = null;
    boolean hasPixels = false;
    String type;
    int at = SIGNATURE_BYTES;
    do {
      int length = file.getInt(at);
      int content = at + 8;
      type = text(file, at + 4, 4);
      if (length < 0 || (at == SIGNATURE_BYTES) != type.equals("IHDR")) {
        throw FileHeader.damaged(PictureType.PNG, null);
      }
      // A file that ends within the chunk has no such byte
      file.get(Math.addExact(content, Math.min(length, Integer.MAX_VALUE - content)) + 3);
      requireChecksum(file, at, length);
      switch (type) {
        case "IHDR" -> {
          requireLength(length, HEADER_BYTES);
          width = file.getInt(content);
          height = file.getInt(content + 4);
        }
        case "IDAT" -> hasPixels = true;
        case "iCCP" -> compressedProfile = bytes(file, content, length);
        case "eXIf" -> orientation = ExifOrientation.of(bytes(file, content, length));
        default -> { }
      }
      at = content + length + 4;
    } while (!type.equals("IEND"));
    if (!hasPixels) {
      throw FileHeader.damaged(PictureType.PNG, null);
    }
    return new FileHeader(PictureType.PNG, width, height, orientation, IccProfiles.inflated(compressedProfile));
  }

  /** Of those chunks without which there is no picture: their type begins with a capital. The platform's reader does not check. */
  private static void requireChecksum(ByteBuffer file, int at, int length) {
    if (!Character.isUpperCase(file.get(at + 4))) {
      return;
    }
    CRC32 crc = new CRC32();
    crc.update(file.array(), at + 4, 4 + length);
    if ((int) crc.getValue() != file.getInt(at + length + FRAME_BYTES - 4)) {
      throw FileHeader.damaged(PictureType.PNG, null);
    }
  }

  private static void requireLength(int length, int expected) {
    if (length != expected) {
      throw FileHeader.damaged(PictureType.PNG, null);
    }
  }

  private static byte[] bytes(ByteBuffer file, int start, int length) {
    return Arrays.copyOfRange(file.array(), start, start + length);
  }

  private static String text(ByteBuffer file, int start, int length) {
    // The last byte is asked for first, because a String would be made of what is not there
    file.get(start + length - 1);
    return new String(file.array(), start, length, StandardCharsets.ISO_8859_1);
  }
}
