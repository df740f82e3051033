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
  /** No delimiter begins here. */
  private static final int ELSEWHERE = -1;

  /** What a line begins with before each part, and behind the last. */
  private final byte[] delimiter;
  /** Bytes of the delimiter that the present line has begun with. */
  private int matched;
  private int delimiters;
  private boolean isInHead;
  private int headBytes;
  private boolean isLineEmpty;

  CountedParts(InputStream form, String boundary) {
    super(form);
    this.delimiter = ("--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
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
    } else if (matched != ELSEWHERE) {
      matched = delimiter[matched] == next ? matched + 1 : ELSEWHERE;
      if (matched == delimiter.length) {
        beginPart();
      }
    }
  }

  /** The last delimiter begins no part; what follows it is as little as a head. */
  private void beginPart() {
    matched = ELSEWHERE;
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
