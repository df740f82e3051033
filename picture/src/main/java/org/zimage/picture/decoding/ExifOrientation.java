package org.zimage.picture.decoding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finds the orientation in EXIF data (JEITA CP-3451, section 4.6): one tag of the first directory. Data that make no sense say
 * nothing. A whole reader of EXIF would allocate what the data promise.
 */
final class ExifOrientation {
  private static final int PREFIX_BYTES = 6;
  private static final int FORTY_TWO = 42;
  private static final int ENTRY_BYTES = 12;
  private static final int ORIENTATION_TAG = 0x0112;
  private static final int SHORT = 3;

  private ExifOrientation() { }

  /** @param exif with or without the six bytes that stand before it in a JPEG */
  static Orientation of(byte[] exif) {
    try {
      int start = exif[0] == 'E' ? PREFIX_BYTES : 0;
      ByteBuffer tiff = ByteBuffer.wrap(exif, start, exif.length - start).slice();
      tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      return tiff.getShort(2) == FORTY_TWO ? find(tiff) : Orientation.UPRIGHT;
    } catch (IndexOutOfBoundsException pastTheEnd) {
      return Orientation.UPRIGHT;
    }
  }

  private static Orientation find(ByteBuffer tiff) {
    int directory = tiff.getInt(4);
    int entries = tiff.getShort(directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + i * ENTRY_BYTES;
      if (tiff.getShort(entry) == ORIENTATION_TAG) {
        return tiff.getShort(entry + 2) == SHORT ? Orientation.of(tiff.getShort(entry + 8)) : Orientation.UPRIGHT;
      }
    }
    return Orientation.UPRIGHT;
  }
}
