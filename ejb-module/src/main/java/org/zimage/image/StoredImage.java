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
   * The bytes from {@code offset} on; the caller closes the stream.
   *
   * @throws IOException when the store cannot be read
   */
  InputStream open(long offset) throws IOException;
}
