package org.zimage.client;

import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.client.Invocation;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.function.Supplier;

/** Downloads finished pictures. They are written while they arrive, because a ZIP may be larger than the memory. */
final class Pictures {
  private static final String FOLDER = "/generated-images/";
  private static final int BUFFER_BYTES = 64 * 1024;

  private Pictures() { }

  /** @param path below the server's folder of pictures, or with it, and with what a proxy has put before it */
  static Supplier<Response> one(String path, Connection server) {
    int folder = path.indexOf(FOLDER);
    String relative = folder >= 0 ? path.substring(folder + FOLDER.length()) : path;
    URI address = UriBuilder.fromUri(server.baseUrl()).path(FOLDER).path(relative).build();
    Invocation.Builder request = server.request(address, "image/png", "image/webp");
    return request::get;
  }

  /** A picture that a task begins with. */
  static Supplier<Response> input(String taskId, String name, Connection server) {
    return () -> server.request(server.route("input").build(taskId, name), "image/png").get();
  }

  /** A ZIP. */
  static Supplier<Response> batch(String batchId, Connection server) {
    return () -> server.request(server.route("pictures").build(batchId), "application/zip").get();
  }

  static byte[] fetch(Supplier<Response> picture, Connection server) {
    return server.repeated(picture, answer -> answer.readEntity(byte[].class));
  }

  /**
   * Writes a file beside the target and moves it there, so that the target is never half written. The file's name is random, so
   * that nobody can lay a link there before.
   */
  static void save(Supplier<Response> picture, Path file, Connection server) throws IOException {
    Path unfinished = file.resolveSibling("." + UUID.randomUUID() + ".unfinished");
    try {
      server.repeated(picture, answer -> write(answer, unfinished));
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (UncheckedIOException notWritten) {
      throw notWritten.getCause();
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** Sends one request only: when it breaks off, a part is written already. */
  static void copy(Supplier<Response> picture, OutputStream out, Connection server) throws IOException {
    try {
      server.once(picture, answer -> copy(answer, out));
    } catch (UncheckedIOException notWritten) {
      throw notWritten.getCause();
    }
  }

  private static long write(Response answer, Path file) {
    try {
      Files.deleteIfExists(file); // of an attempt that broke off
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS)) {
        return copy(answer, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** @throws UncheckedIOException when it cannot be written; what cannot be read is the server's failure */
  private static long copy(Response answer, OutputStream out) {
    InputStream in = answer.readEntity(InputStream.class);
    byte[] buffer = new byte[BUFFER_BYTES];
    long copied = 0;
    for (int read = read(in, buffer); read >= 0; read = read(in, buffer)) {
      write(out, buffer, read);
      copied += read;
    }
    if (answer.getLength() >= 0 && copied != answer.getLength()) {
      throw new ProcessingException("The answer broke off after " + copied + " of " + answer.getLength() + " bytes");
    }
    return copied;
  }

  private static int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new ProcessingException(e);
    }
  }

  private static void write(OutputStream out, byte[] buffer, int length) {
    try {
      out.write(buffer, 0, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
