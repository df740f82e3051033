package org.zimage.image;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

/** A picture in the store, opened for reading when it is asked for. */
public interface StoredImage {
  /** Bytes. */
  long length();

  Instant modified();

  /** The validator of this content for HTTP, without quotes. */
  String tag();

  /**
   * At least the bytes {@code first} … {@code first + length - 1}, unless the file ends before; the caller closes the
   * stream.
   *
   * @throws IOException when the store cannot be read
   */
  InputStream open(long first, long length) throws IOException;

  /** All of it. */
  default InputStream open() throws IOException {
    return open(0, length());
  }
}
