package org.zimage.cli.argument;

/** The byte order mark, which some editors write before a text. It is no part of the text. */
public final class ByteOrderMark {
  private static final String MARK = "\uFEFF";

  private ByteOrderMark() { }

  public static String takeOff(String text) {
    return text.startsWith(MARK) ? text.substring(MARK.length()) : text;
  }
}
