package org.zimage.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturesTest {
  private static final byte[] ZIP = new byte[1 << 20];

  static {
    new Random(1).nextBytes(ZIP);
  }

  @TempDir
  private Path folder;

  private HttpServer server;
  private ZImageClient zimage;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    zimage = ZImageClient.to("http://127.0.0.1:" + server.getAddress().getPort()).retryTimeout(Duration.ZERO).open();
  }

  @AfterEach
  void stop() {
    zimage.close();
    server.stop(0);
  }

  @Test
  void aZipIsWrittenWhileItArrives() throws IOException {
    answer(exchange -> {
      exchange.sendResponseHeaders(200, 2L * ZIP.length);
      OutputStream out = exchange.getResponseBody();
      out.write(ZIP);
      out.flush();
      awaitLength(folder, ZIP.length / 2);
      out.write(ZIP);
      exchange.close();
    });

    zimage.downloadBatch("b", folder.resolve("batch.zip"));

    assertThat(folder.resolve("batch.zip")).hasSize(2L * ZIP.length);
    assertThat(folder).isDirectoryNotContaining(file -> file.toString().endsWith(".unfinished"));
  }

  @Test
  void aLinkThatSomebodyLaidBesideTheFileIsNotFollowed() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "mine");
    Files.createSymbolicLink(folder.resolve("batch.zip.unfinished"), victim);
    answer(exchange -> {
      exchange.sendResponseHeaders(200, ZIP.length);
      exchange.getResponseBody().write(ZIP);
      exchange.close();
    });

    zimage.downloadBatch("b", folder.resolve("batch.zip"));

    assertThat(victim).hasContent("mine");
    assertThat(folder.resolve("batch.zip")).isRegularFile().hasBinaryContent(ZIP);
  }

  @Test
  void aZipIsPassedOn() throws IOException {
    answer(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(ZIP);
      exchange.close();
    });
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    zimage.downloadBatch("b", out);

    assertThat(out.toByteArray()).isEqualTo(ZIP);
  }

  @Test
  void aZipThatBreaksOffIsNotSaved() {
    answer(exchange -> {
      exchange.sendResponseHeaders(200, 2L * ZIP.length);
      exchange.getResponseBody().write(ZIP);
      exchange.close();
    });

    assertThatThrownBy(() -> zimage.downloadBatch("b", folder.resolve("batch.zip")))
        .isInstanceOf(ServerUnreachable.class);

    assertThat(folder).isEmptyDirectory();
  }

  private void answer(HttpHandler handler) {
    server.createContext("/v1/history/b/pictures.zip", handler);
  }

  private static void awaitLength(Path folder, long length) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (lengthOfTheFilesIn(folder) < length) {
      if (System.nanoTime() > deadline) {
        throw new IOException("nothing is written to " + folder + " while the answer arrives");
      }
      Thread.onSpinWait();
    }
  }

  private static long lengthOfTheFilesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
