package org.zimage.message;

/** What a message says, as the database can hold it: it has neither the character 0 nor halves of others. */
final class StorableText {
  private static final char REPLACEMENT = '\uFFFD';

  private StorableText() { }

  /** @param text may be null */
  static String of(String text) {
    if (text == null) {
      return null;
    }
    StringBuilder storable = new StringBuilder(text.length());
    text.codePoints().map(point -> isStorable(point) ? point : REPLACEMENT).forEach(storable::appendCodePoint);
    return storable.toString();
  }

  private static boolean isStorable(int codePoint) {
    return codePoint != 0 && Character.getType(codePoint) != Character.SURROGATE;
  }
}
