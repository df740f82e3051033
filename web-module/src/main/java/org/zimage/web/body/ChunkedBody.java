package org.zimage.web.body;

import java.io.IOException;
import java.io.InputStream;

/** The body in chunks (RFC 9112, section 7.1) that the server has left as it came. Reads nothing beyond its end. */
final class ChunkedBody extends InputStream {
  private static final int LONGEST_LINE = 256;
  private static final int LAST = -1;

  private final InputStream in;
  /** Of the present chunk. */
  private long left;

  ChunkedBody(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (left == 0) {
      begin();
    }
    if (left == LAST) {
      return -1;
    }
    int read = in.read(to, offset, (int) Math.min(length, left));
    if (read < 0) {
      throw new IOException("The body ended within a chunk");
    }
    left -= read;
    if (left == 0 && !line().isEmpty()) {
      throw new IOException("A chunk is longer than it says");
    }
    return read;
  }

  /** What follows the length is an extension, which means nothing here; what follows the last chunk is not read. */
  private void begin() throws IOException {
    String length = line().split(";", 2)[0].strip();
    if (!length.matches("[0-9A-Fa-f]{1,8}")) {
      throw new IOException("A chunk does not say how long it is");
    }
    left = Long.parseLong(length, 16);
    if (left == 0) {
      left = LAST;
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || line.length() == LONGEST_LINE) {
        throw new IOException("The body ended before its last chunk");
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }
}
