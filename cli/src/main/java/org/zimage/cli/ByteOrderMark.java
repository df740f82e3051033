package org.zimage.cli;

/** The mark that some editors put before a text, and that is no part of it. */
final class ByteOrderMark {
  private static final String MARK = "\uFEFF";

  private ByteOrderMark() { }

  static String takeOff(String text) {
    return text.startsWith(MARK) ? text.substring(MARK.length()) : text;
  }
}
