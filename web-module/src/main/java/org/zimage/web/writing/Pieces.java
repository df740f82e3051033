package org.zimage.web.writing;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Supplier;

/** A body that is made while it is written. One thread at a time uses it; the writer closes it. */
public interface Pieces extends Closeable {
  int PIECE_BYTES = 64 * 1024;

  /** The next piece; null at the end. A body that is made piece by piece gives some 64 KiB, so that memory holds no whole picture. */
  byte[] next() throws IOException;

  /** A body that is in memory already. */
  static Pieces of(byte[] whole) {
    return new Pieces() {
      private int given;

      @Override
      public byte[] next() {
        int from = given;
        given = Math.min(whole.length, from + PIECE_BYTES);
        return from == whole.length ? null : Arrays.copyOfRange(whole, from, given);
      }

      @Override
      public void close() { }
    };
  }

  /** Texts one behind the other, in UTF-8, made as many at a time as a piece takes. */
  static Pieces of(Iterator<String> texts) {
    return new Pieces() {
      @Override
      public byte[] next() {
        StringBuilder piece = new StringBuilder();
        while (piece.length() < PIECE_BYTES && texts.hasNext()) {
          piece.append(texts.next());
        }
        return piece.isEmpty() ? null : piece.toString().getBytes(StandardCharsets.UTF_8);
      }

      @Override
      public void close() { }
    };
  }

  /** The bytes of a stream, which is opened for the first of them and closed behind the last. */
  static Pieces of(Supplier<InputStream> source) {
    return new Pieces() {
      private InputStream stream;

      @Override
      public byte[] next() throws IOException {
        if (stream == null) {
          stream = source.get();
        }
        byte[] piece = stream.readNBytes(PIECE_BYTES);
        return piece.length == 0 ? null : piece;
      }

      @Override
      public void close() throws IOException {
        if (stream != null) {
          stream.close();
        }
      }
    };
  }
}
