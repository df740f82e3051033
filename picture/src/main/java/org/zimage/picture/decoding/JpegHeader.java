package org.zimage.picture.decoding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.zimage.picture.PictureRefused;
import org.zimage.picture.PictureRefused.Reason;

/** Walks over the segments and scans of a JPEG (ITU-T T.81, annex B). */
final class JpegHeader {
  private static final int MARKER = 0xFF;
  private static final int START_OF_FRAME = 0xC0;
  private static final int BASELINE = 0xC0;
  private static final int PROGRESSIVE = 0xC2;
  private static final int HUFFMAN_TABLES = 0xC4;
  private static final int JPEG_EXTENSION = 0xC8;
  private static final int ARITHMETIC_TABLES = 0xCC;
  private static final int LAST_FRAME = 0xCF;
  private static final int TEMPORARY = 0x01;
  private static final int FIRST_RESTART = 0xD0;
  private static final int START_OF_IMAGE = 0xD8;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;
  private static final int APP1 = 0xE1;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);
  /** Encoders write about ten; each is decoded over all of the picture. */
  private static final int MAX_SCANS = 100;

  private final ByteBuffer file;
  private int at = 2;
  private int width;
  private int height;
  private int scans;
  private Orientation orientation = Orientation.UPRIGHT;

  private JpegHeader(ByteBuffer file) {
    this.file = file;
  }

  /** @throws IndexOutOfBoundsException when the file ends before the picture */
  static FileHeader read(ByteBuffer file) {
    JpegHeader header = new JpegHeader(file);
    int marker;
    do {
      marker = header.nextMarker();
      header.readSegment(marker);
    } while (marker != END_OF_IMAGE);
    if (header.scans == 0) {
      throw FileHeader.damaged(PictureType.JPEG, null);
    }
    return new FileHeader(PictureType.JPEG, header.width, header.height, header.orientation, null);
  }

  /** Compressed bytes of a scan are skipped too: in them, 0xFF is followed by 0 or by a restart marker. */
  private int nextMarker() {
    while (true) {
      while ((file.get(at++) & 0xFF) != MARKER) {
        continue;
      }
      int marker;
      do {
        marker = file.get(at++) & 0xFF;
      } while (marker == MARKER);
      if (marker > TEMPORARY && (marker < FIRST_RESTART || marker >= START_OF_IMAGE)) {
        return marker;
      }
    }
  }

  private void readSegment(int marker) {
    if (marker == END_OF_IMAGE || marker == START_OF_IMAGE) {
      return;
    }
    int length = file.getShort(at) & 0xFFFF;
    if (length < 2) {
      throw FileHeader.damaged(PictureType.JPEG, null);
    }
    file.get(at + length - 1);
    if (isFrame(marker)) {
      readFrame(marker);
    } else if (marker == START_OF_SCAN) {
      readScan();
    } else if (marker == APP1 && orientation == Orientation.UPRIGHT) {
      readExif(at + 2, length - 2);
    }
    at += length;
  }

  private static boolean isFrame(int marker) {
    return marker >= START_OF_FRAME && marker <= LAST_FRAME && marker != HUFFMAN_TABLES && marker != JPEG_EXTENSION
        && marker != ARITHMETIC_TABLES;
  }

  private void readFrame(int marker) {
    int bits = file.get(at + 2);
    int components = file.get(at + 7);
    if (width != 0) {
      throw FileHeader.damaged(PictureType.JPEG, null);
    }
    height = file.getShort(at + 3) & 0xFFFF;
    width = file.getShort(at + 5) & 0xFFFF;
    boolean known = marker >= BASELINE && marker <= PROGRESSIVE && bits == 8 && height > 0
        && (components == 1 || components == 3 || components == 4);
    if (!known) {
      throw new PictureRefused(Reason.UNSUPPORTED_TYPE,
          "This kind of JPEG is not read: only baseline and progressive ones with 8 bits. Send it as PNG or WebP.");
    }
  }

  private void readScan() {
    if (width == 0) {
      throw FileHeader.damaged(PictureType.JPEG, null);
    }
    if (++scans > MAX_SCANS) {
      throw new PictureRefused(Reason.UNSUPPORTED_TYPE,
          "A JPEG of more than " + MAX_SCANS + " scans is not read. Save it again, or send it as PNG or WebP.");
    }
  }

  private void readExif(int start, int length) {
    int end = start + length;
    if (length >= EXIF.length && Arrays.equals(file.array(), start, start + EXIF.length, EXIF, 0, EXIF.length)) {
      orientation = ExifOrientation.of(Arrays.copyOfRange(file.array(), start, end));
    }
  }
}
