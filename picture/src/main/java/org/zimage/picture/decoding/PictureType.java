package org.zimage.picture.decoding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.zimage.picture.PictureRefused;
import org.zimage.picture.PictureRefused.Reason;

/** The types of files that are read, told by their first bytes. */
enum PictureType {
  PNG, JPEG, WEBP;

  private static final String REMEDY = "Send it as PNG, JPEG or WebP.";
  private static final int RIFF_TYPE = 8;
  private static final int BOX_TYPE = 4;

  /** @throws PictureRefused when the file is of none of these types */
  static PictureType of(byte[] file) {
    if (file.length == 0) {
      throw new PictureRefused(Reason.EMPTY, "The picture has no bytes. " + REMEDY);
    }
    if (has(file, 0, "\u0089PNG\r\n\u001A\n")) {
      return PNG;
    }
    if (has(file, 0, "\u00FF\u00D8\u00FF")) {
      return JPEG;
    }
    if (has(file, 0, "RIFF") && has(file, RIFF_TYPE, "WEBP")) {
      return WEBP;
    }
    throw new PictureRefused(Reason.UNSUPPORTED_TYPE, nameOfOther(file) + " " + REMEDY);
  }

  private static String nameOfOther(byte[] file) {
    if (has(file, 0, "GIF8")) {
      return "GIF is not read.";
    }
    if (has(file, BOX_TYPE, "ftyp")) {
      return "HEIC, AVIF and videos are not read.";
    }
    if (has(file, 0, "II*\0") || has(file, 0, "MM\0*")) {
      return "TIFF is not read.";
    }
    return "The file is no picture of a type that is read.";
  }

  private static boolean has(byte[] file, int offset, String latin1) {
    byte[] expected = latin1.getBytes(StandardCharsets.ISO_8859_1);
    return file.length >= offset + expected.length
        && Arrays.equals(file, offset, offset + expected.length, expected, 0, expected.length);
  }
}
