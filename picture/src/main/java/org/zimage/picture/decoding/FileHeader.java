package org.zimage.picture.decoding;

import java.nio.ByteBuffer;
import org.zimage.picture.PictureRefused;
import org.zimage.picture.PictureRefused.Reason;

/**
 * What a file says of its picture, read before anything is decoded, and only from bytes that are there. What lies before or after the
 * pixels is skipped by its length, not interpreted.
 *
 * @param orientation how the pixels are to be turned
 * @param iccProfile the profile beside PNG's and WebP's pixels, as it is in the file; null where there is none, and for JPEG, whose
 *     reader looks for it
 */
record FileHeader(PictureType type, int width, int height, Orientation orientation, byte[] iccProfile) {
  /** What each side has at most: four times the longest side that is drawn. */
  static final int MAX_SIDE = 8192;
  /** 4096 · 4096: a decoder may need eight bytes for each pixel. */
  static final int MAX_PIXELS = 1 << 24;

  /** @throws PictureRefused when the file is of no type that is read, too large, cut off, or contradicts its format */
  static FileHeader read(byte[] file) {
    PictureType type = PictureType.of(file);
    FileHeader header;
    try {
      ByteBuffer bytes = ByteBuffer.wrap(file);
      header = switch (type) {
        case PNG -> PngHeader.read(bytes);
        case JPEG -> JpegHeader.read(bytes);
        case WEBP -> WebpHeader.read(bytes);
      };
    } catch (IndexOutOfBoundsException pastTheEnd) {
      throw cutOff(type, pastTheEnd);
    }
    header.requireLimits();
    return header;
  }

  static PictureRefused cutOff(PictureType type, Throwable cause) {
    return new PictureRefused(Reason.CUT_OFF, "The " + type + " file ends before the picture does. Send all of it.", cause);
  }

  static PictureRefused damaged(PictureType type, Throwable cause) {
    return new PictureRefused(Reason.DAMAGED, "The " + type + " file is damaged. Open it in an image editor, and send what that saves.",
        cause);
  }

  int pixels() {
    return width * height;
  }

  private void requireLimits() {
    if (width < 1 || height < 1) {
      throw damaged(type, null);
    }
    if (width > MAX_SIDE || height > MAX_SIDE || (long) width * height > MAX_PIXELS) {
      throw new PictureRefused(Reason.TOO_LARGE, "The picture is " + width + "x" + height + ", and at most " + MAX_PIXELS
          + " pixels are read, " + MAX_SIDE + " on each side. Make it smaller.");
    }
  }
}
