package org.zimage.image;

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
   * The bytes {@code first} … {@code first + length - 1}; the caller closes the stream. Reading from it throws
   * what this throws, also when the file ends before.
   *
   * @throws StorageFailed when the store cannot be read
   */
  InputStream open(long first, long length);

  /** All of it. */
  default InputStream open() {
    return open(0, length());
  }
}
