package org.zimage.web.picture;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a picture (RFC 9110, section 14).
 *
 * @param first the first byte, from 0
 * @param last the last byte, inclusive
 */
record ByteRange(long first, long last) {
  /** Fifteen digits: more than any picture, and never too long for a number. */
  private static final Pattern ONE_RANGE =
      Pattern.compile("bytes=\\s*(\\d{0,15})-(\\d{0,15})\\s*", Pattern.CASE_INSENSITIVE);

  /**
   * Reads the header of a request. What is no range of bytes, or several of them, is empty: the whole picture answers
   * it.
   *
   * @param header may be null
   * @param length bytes of the whole picture
   * @throws RangeNotSatisfiable when the range begins behind the end
   */
  static Optional<ByteRange> parse(String header, long length) {
    Matcher range = header == null ? null : ONE_RANGE.matcher(header);
    if (range == null || !range.matches() || range.group(1).isEmpty() && range.group(2).isEmpty()) {
      return Optional.empty();
    }
    ByteRange asked = range.group(1).isEmpty() ? ending(range.group(2), length)
        : from(range.group(1), range.group(2), length);
    if (asked.last < asked.first && !range.group(2).isEmpty() && asked.first < length) {
      return Optional.empty();
    }
    if (asked.first >= length) {
      throw new RangeNotSatisfiable(length);
    }
    return Optional.of(asked);
  }

  long length() {
    return last - first + 1;
  }

  private static ByteRange from(String first, String last, long length) {
    return new ByteRange(Long.parseLong(first),
        last.isEmpty() ? length - 1 : Math.min(Long.parseLong(last), length - 1));
  }

  private static ByteRange ending(String bytes, long length) {
    return new ByteRange(Math.max(0, length - Long.parseLong(bytes)), length - 1);
  }
}
