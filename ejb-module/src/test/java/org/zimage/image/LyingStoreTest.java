package org.zimage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.settings.Authorities;
import org.zimage.settings.S3Settings;

/** Stores that answer, but not as S3 does: each answer is a failure of the store, and never somebody's picture. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD) // What hangs here hears no interruption
class LyingStoreTest {
  private static final RelativePath PICTURE = new RelativePath("20260101/123456_0123456789abcdef0123456789abcdef.png");
  private static final String TIME = "Last-Modified: Thu, 01 Jan 2026 12:34:56 GMT\r\n";
  private static final String TAG = "ETag: \"abc\"\r\n";
  private static final String HEAD = "HTTP/1.1 200 OK\r\n" + TIME + TAG + "Content-Length: 5\r\n\r\n";

  private static final byte[] MORE = "x".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII);

  /** What is answered to each method. */
  private final Map<String, String> answers = new ConcurrentHashMap<>(Map.of("HEAD", HEAD));
  private volatile boolean endless;
  @TempDir
  private Path disk;
  private ServerSocket server;
  private S3Store store;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve);
    thread.setDaemon(true);
    thread.start();
    store = new S3Store(new S3Settings(URI.create("http://127.0.0.1:" + server.getLocalPort()), "us-east-1", "access", "secret",
        "pictures", ""), Authorities.OF_JAVA, new DiskStore(disk));
  }

  @AfterEach
  void stop() throws IOException {
    store.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n" + TIME + TAG + "\r\n",
      "HTTP/1.1 200 OK\r\n" + TIME + "Content-Length: 5\r\n\r\n", "HTTP/1.1 200 OK\r\n" + TAG + "Content-Length: 5\r\n\r\n",
      "HTTP/1.1 200 OK\r\n" + TIME + TAG + "Content-Length: -5\r\n\r\n", "HTTP/1.1 200 OK\r\n" + TIME + TAG + "Content-Length: many\r\n\r\n",
      "HTTP/1.1 200 OK\r\nLast-Modified: yesterday\r\n" + TAG + "Content-Length: 5\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n",
      "HTTP/1.1 999 What\r\n\r\n", "220 smtp.example ready\r\n"})
  void aPictureThatIsNotDescribed(String head) {
    answers.put("HEAD", head);

    assertThatThrownBy(() -> store.find(PICTURE)).isInstanceOf(StorageFailed.class).hasMessageContaining("could not be looked up");
  }

  @Test
  void interimAnswersWithoutNumber() {
    answers.put("HEAD", "HTTP/1.1 100 Continue\r\n\r\n".repeat(100_000));
    answers.put("PUT", answers.get("HEAD"));

    assertThatThrownBy(() -> store.find(PICTURE)).isInstanceOf(StorageFailed.class);
    assertThatThrownBy(() -> store.put(PICTURE, new byte[5])).isInstanceOf(StorageFailed.class);
  }

  @Test
  void aLengthThatNoFileHas() throws IOException {
    answers.put("HEAD", HEAD.replace("Length: 5", "Length: " + Long.MAX_VALUE));
    answers.put("GET", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcde");

    try (InputStream picture = store.find(PICTURE).orElseThrow().open()) {
      assertThat(picture.readNBytes(5)).hasSize(5);
      assertThatThrownBy(picture::read).isInstanceOf(StorageFailed.class);
    }
  }

  @Test
  void morePictureThanWasAskedFor() throws IOException {
    answers.put("GET", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + "a".repeat(100_000));

    try (InputStream picture = store.find(PICTURE).orElseThrow().open()) {
      assertThat(picture.readAllBytes()).hasSize(5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde", "HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\n\r\nabcde",
      "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-2/5\r\nContent-Length: 3\r\n\r\nabc"})
  void anotherPartThanWasAskedFor(String content) {
    answers.put("GET", content);
    StoredImage picture = store.find(PICTURE).orElseThrow();

    assertThatThrownBy(() -> picture.open(2, 3)).isInstanceOf(StorageFailed.class).hasMessageContaining("from byte 2 on");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"})
  void lessPictureThanThereIs(String content) {
    answers.put("GET", content);
    StoredImage picture = store.find(PICTURE).orElseThrow();

    assertThatThrownBy(() -> picture.open().readAllBytes()).isInstanceOf(StorageFailed.class);
  }

  /** Each would be read into memory whole. */
  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n<Error><Code>", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<A>"})
  void anAnswerWithoutAnEnd(String beginning) {
    answers.put("GET", beginning);
    answers.put("PUT", beginning);
    endless = true;

    assertThatThrownBy(() -> store.checkReading()).isInstanceOf(StorageFailed.class);
    assertThatThrownBy(() -> store.put(PICTURE, new byte[5])).isInstanceOf(StorageFailed.class);
  }

  /** One request for each connection. */
  private void serve() {
    while (!server.isClosed()) {
      try (Socket caller = server.accept()) {
        BufferedReader request = new BufferedReader(new InputStreamReader(caller.getInputStream(), StandardCharsets.US_ASCII));
        String method = request.readLine().split(" ")[0];
        while (!request.readLine().isEmpty()) {
          // its headers
        }
        OutputStream out = caller.getOutputStream();
        out.write(answers.get(method).getBytes(StandardCharsets.US_ASCII));
        while (endless) {
          out.write(MORE);
        }
        out.flush();
      } catch (IOException | RuntimeException callerLeft) {
        // and calls again, or the test is over
      }
    }
  }
}
