package org.zimage.cli.argument;

/** The mark that some editors put before a text, and that is no part of it. */
public final class ByteOrderMark {
  private static final String MARK = "\uFEFF";

  private ByteOrderMark() { }

  public static String takeOff(String text) {
    return text.startsWith(MARK) ? text.substring(MARK.length()) : text;
  }
}
