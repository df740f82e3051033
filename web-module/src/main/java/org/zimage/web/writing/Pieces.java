package org.zimage.web.writing;

import java.io.Closeable;
import java.io.IOException;

/** A body that is made while it is written. One thread at a time uses it; the writer closes it. */
public interface Pieces extends Closeable {
  /** The next piece; null at the end. A body that is made piece by piece gives 64 KiB at most, so that memory holds no whole picture. */
  byte[] next() throws IOException;

  /** A body that is in memory already, as one piece. */
  static Pieces of(byte[] whole) {
    return new Pieces() {
      private byte[] left = whole;

      @Override
      public byte[] next() {
        byte[] next = left;
        left = null;
        return next;
      }

      @Override
      public void close() { }
    };
  }
}
