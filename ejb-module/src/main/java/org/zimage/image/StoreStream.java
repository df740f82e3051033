package org.zimage.image;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The bytes of a picture or an adapter as they come from a store. If the store fails, ends early or takes too long in all, reading throws
 * {@link StorageFailed}; otherwise a reader would take the failure for a caller who has left, or a part for the whole picture. Time in which
 * nobody reads does not count. Bytes beyond the requested length are not read. Owns the connection to the store until it is closed. For
 * one thread.
 */
final class StoreStream extends InputStream {
  private static final Duration LONGEST_BEGINNING = Duration.ofSeconds(30);
  /** So slow is no store; adapters have hundreds of MB. */
  private static final long LEAST_BYTES_A_SECOND = 1L << 20;

  private final String place;
  private final InputStream in;
  private final Runnable abort;
  private long bytesLeft;
  private final Duration longest;
  private long nanosLeft;

  /**
   * @param place what is read, as failures name it
   * @param length the bytes that are asked for
   * @param abort ends the connection without reading the rest
   */
  StoreStream(String place, InputStream in, long length, Runnable abort) {
    this.place = place;
    this.in = in;
    this.bytesLeft = length;
    this.abort = abort;
    this.longest = LONGEST_BEGINNING.plus(forBytes(length));
    // A store may name any length; Duration.toNanos would throw
    this.nanosLeft = TimeUnit.SECONDS.toNanos(longest.toSeconds());
  }

  /** What so many bytes may take beside what every file may take. */
  static Duration forBytes(long count) {
    return Duration.ofSeconds(count / LEAST_BYTES_A_SECOND);
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    if (bytesLeft == 0) {
      return -1;
    }
    if (nanosLeft <= 0) {
      throw new StorageFailed(place + " could not be read within " + longest.toSeconds() + " s", null);
    }
    long start = System.nanoTime();
    try {
      int read = in.read(bytes, offset, (int) Math.min(length, bytesLeft));
      if (read < 0) {
        throw new StorageFailed(place + " ended " + bytesLeft + " bytes early", null);
      }
      bytesLeft -= read;
      return read;
    } catch (IOException e) {
      throw new StorageFailed(place + " could not be read: " + e.getMessage(), e);
    } finally {
      nanosLeft -= System.nanoTime() - start;
    }
  }

  @Override
  public void close() throws IOException {
    if (bytesLeft > 0) {
      abort.run();
    }
    in.close();
  }
}
