package org.zimage.input;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.zimage.request.Sha256;

/**
 * The picture files that came with a request, by what the request calls them instead: {@code sha256:} and the hash of their
 * bytes. Whoever makes one closes it. Not for several threads.
 */
public final class Uploads implements AutoCloseable {
  static final String HASH = "sha256:";

  private final Map<String, Spool> files = new HashMap<>();

  /** What writes the bytes of a file; throws what a caller's bytes are wrong for. */
  @FunctionalInterface
  public interface Source<E extends Exception> {
    void writeTo(OutputStream file) throws IOException, E;
  }

  /**
   * Takes a file in.
   *
   * @return what the request calls it from here on
   */
  public <E extends Exception> String add(Source<E> source) throws IOException, E {
    Spool file = new Spool();
    boolean taken = false;
    try {
      MessageDigest hash = Sha256.begin();
      source.writeTo(new DigestOutputStream(file, hash));
      String name = HASH + Sha256.hex(hash.digest());
      taken = files.putIfAbsent(name, file) == null;
      return name;
    } finally {
      if (!taken) {
        file.close();
      }
    }
  }

  /** The bytes of the file of that name, if it came with this request. */
  public Optional<InputStream> open(String name) {
    return Optional.ofNullable(files.get(name)).map(Spool::open);
  }

  @Override
  public void close() {
    try {
      for (Spool file : files.values()) {
        file.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("A temporary file could not be closed", e);
    }
  }
}
