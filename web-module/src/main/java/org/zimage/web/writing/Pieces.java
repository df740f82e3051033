package org.zimage.web.writing;

import java.io.Closeable;
import java.io.IOException;

/** A body that is made while it is written. Used by one thread at a time, and closed by who writes it. */
public interface Pieces extends Closeable {
  /** The next piece, of some ten kilobytes; null at the end. */
  byte[] next() throws IOException;

  /** A body that is there. */
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
