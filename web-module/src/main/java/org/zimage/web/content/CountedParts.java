package org.zimage.web.content;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.zimage.request.RequestTooLong;

/** The bytes of a form (RFC 2046, section 5.1), which end with {@link RequestTooLong} where it has too many parts or headers. */
final class CountedParts extends FilterInputStream {
  /** A form that asks for a picture has fewer. */
  static final int MOST_PARTS = 50;
  /** Of all headers of one part. */
  static final int LONGEST_HEAD = 8192;
  /** Within lines, where none belongs: whoever reads the form keeps a piece for each. */
  private static final int MOST_STRAY_DELIMITERS = 50;

  /** What a line begins with before each part, and behind the last. */
  private final byte[] delimiter;
  /** For each number of bytes that match: how many of them may be the beginning of another delimiter (Knuth, Morris and Pratt). */
  private final int[] overlaps;
  /** Bytes of the delimiter that the last bytes were. */
  private int matched;
  /** Bytes of the present line. */
  private long lineBytes;
  private int delimiters;
  private int strayDelimiters;
  private boolean isInHead;
  private int headBytes;
  private boolean isLineEmpty;

  CountedParts(InputStream form, String boundary) {
    super(form);
    this.delimiter = ("--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    this.overlaps = overlaps(delimiter);
  }

  private static int[] overlaps(byte[] word) {
    int[] overlaps = new int[word.length + 1];
    for (int length = 2, overlap = 0; length <= word.length; length++) {
      while (overlap > 0 && word[overlap] != word[length - 1]) {
        overlap = overlaps[overlap];
      }
      overlap += word[overlap] == word[length - 1] ? 1 : 0;
      overlaps[length] = overlap;
    }
    return overlaps;
  }

  @Override
  public int read() throws IOException {
    int next = in.read();
    if (next >= 0) {
      look((byte) next);
    }
    return next;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    int read = in.read(to, offset, length);
    for (int i = 0; i < read; i++) {
      look(to[offset + i]);
    }
    return read;
  }

  @Override
  public long skip(long bytes) throws IOException {
    return readNBytes((int) Math.min(Math.max(bytes, 0), LONGEST_HEAD)).length;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void look(byte next) {
    if (isInHead) {
      lookAtHead(next);
    }
    if (next == '\n' || next == '\r') {
      matched = 0;
      lineBytes = 0;
      return;
    }
    lineBytes++;
    while (matched > 0 && delimiter[matched] != next) {
      matched = overlaps[matched];
    }
    matched += delimiter[matched] == next ? 1 : 0;
    if (matched == delimiter.length) {
      matched = overlaps[matched];
      countDelimiter();
    }
  }

  private void countDelimiter() {
    if (lineBytes == delimiter.length) {
      beginPart();
    } else {
      strayDelimiters++;
      if (strayDelimiters > MOST_STRAY_DELIMITERS) {
        throw new RequestTooLong();
      }
    }
  }

  /** The last delimiter begins no part; what follows it is as little as a head. */
  private void beginPart() {
    delimiters++;
    if (delimiters > MOST_PARTS + 1) {
      throw new RequestTooLong();
    }
    isInHead = true;
    headBytes = 0;
    isLineEmpty = false;
  }

  private void lookAtHead(byte next) {
    headBytes++;
    if (headBytes > LONGEST_HEAD) {
      throw new RequestTooLong();
    }
    if (next == '\n') {
      isInHead = !isLineEmpty;
      isLineEmpty = true;
    } else if (next != '\r') {
      isLineEmpty = false;
    }
  }
}
