package org.zimage.input;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

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
      MessageDigest hash = sha256();
      source.writeTo(new DigestOutputStream(file, hash));
      String name = HASH + HexFormat.of().formatHex(hash.digest());
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

  /** Whether such a file came with this request. */
  public boolean has(String name) {
    return files.containsKey(name);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
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
