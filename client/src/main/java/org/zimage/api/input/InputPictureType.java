package org.zimage.api.input;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The types of picture files that a request may carry, told by their first bytes. */
enum InputPictureType {
  PNG("image/png"), JPEG("image/jpeg"), WEBP("image/webp");

  /** The bytes that tell them apart. */
  static final int HEAD_BYTES = 12;

  private static final int RIFF_TYPE = 8;
  private static final int BOX_TYPE = 4;

  private final String mediaType;

  InputPictureType(String mediaType) {
    this.mediaType = mediaType;
  }

  String mediaType() {
    return mediaType;
  }

  /**
   * @param what has the bytes, as a person calls it
   * @param head the first {@link #HEAD_BYTES}, or all where there are fewer
   * @throws IllegalArgumentException when they are of none of these types; the message says what helps
   */
  static InputPictureType of(String what, byte[] head) {
    if (has(head, 0, "\u0089PNG\r\n\u001A\n")) {
      return PNG;
    }
    if (has(head, 0, "\u00FF\u00D8\u00FF")) {
      return JPEG;
    }
    if (has(head, 0, "RIFF") && has(head, RIFF_TYPE, "WEBP")) {
      return WEBP;
    }
    throw new IllegalArgumentException(what + " " + nameOfOther(head) + ": give a PNG, JPEG or WebP picture");
  }

  private static String nameOfOther(byte[] head) {
    if (head.length == 0) {
      return "has no bytes";
    }
    if (has(head, 0, "GIF8")) {
      return "is a GIF, which is not taken";
    }
    if (has(head, BOX_TYPE, "ftyp")) {
      return "is HEIC, AVIF or a video, which are not taken";
    }
    if (has(head, 0, "II*\0") || has(head, 0, "MM\0*")) {
      return "is a TIFF, which is not taken";
    }
    return "is no picture of a type that is taken";
  }

  private static boolean has(byte[] head, int offset, String latin1) {
    byte[] expected = latin1.getBytes(StandardCharsets.ISO_8859_1);
    return head.length >= offset + expected.length
        && Arrays.equals(head, offset, offset + expected.length, expected, 0, expected.length);
  }
}
