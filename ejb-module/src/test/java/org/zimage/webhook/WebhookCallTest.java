package org.zimage.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.settings.Authorities;

/** Receivers that keep a caller waiting, each in its own way: the call's one deadline ends it. */
@Timeout(value = 30, threadMode = SEPARATE_THREAD) // What hangs here hears no interruption
class WebhookCallTest {
  private static final Duration LONGEST = Duration.ofMillis(500);
  /** The beginning of a TLS record of a handshake, 16 KiB long, of which nothing else ever comes. */
  private static final byte[] ENDLESS_HANDSHAKE = {22, 3, 3, 64, 0, 2, 0, 63, (byte) 252};

  private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor();
  private ServerSocket receiver;

  @BeforeEach
  void listen() throws IOException {
    receiver = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    receiver.close();
    deadlines.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void aReceiverThatSaysNothing(String scheme) {
    answer(new byte[0]);

    assertLate(scheme, "{}");
  }

  @Test
  void aReceiverWhoseHandshakeDrips() {
    answer(ENDLESS_HANDSHAKE);

    assertLate("https", "{}");
  }

  @Test
  void aReceiverWhoseAnswerDrips() {
    answer("HTTP/1.1 200 ".getBytes());

    assertLate("http", "{}");
  }

  @Test
  void aReceiverThatReadsNothing() {
    assertLate("http", "x".repeat(50_000_000));
  }

  @Test
  void anAnswerThatOnlySaysThatThereWillBeOneIsNotTheAnswer() throws IOException {
    answer("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n".getBytes());

    assertThat(call("http").post(Map.of(), "{}")).isEqualTo(204);
  }

  @Test
  void aReceiverWhoseAnswersOnlySayThatThereWillBeOne() {
    answer("HTTP/1.1 100 Continue\r\n\r\n".repeat(100).getBytes());

    assertLate("http", "{}");
  }

  private WebhookCall call(String scheme) {
    return new WebhookCall(URI.create(scheme + "://127.0.0.1:" + receiver.getLocalPort() + "/"),
        InetAddress.getLoopbackAddress(), Authorities.OF_JAVA.socketFactory(), LONGEST, deadlines);
  }

  private void assertLate(String scheme, String body) {
    assertThatThrownBy(() -> call(scheme).post(Map.of(), body)).isInstanceOf(SocketTimeoutException.class)
        .hasMessage("no answer within 500 ms");
  }

  /** Takes one connection, sends these bytes and then a zero every tenth of a second, until the caller leaves. */
  private void answer(byte[] beginning) {
    Thread thread = new Thread(() -> {
      try (Socket caller = receiver.accept()) {
        OutputStream out = caller.getOutputStream();
        out.write(beginning);
        while (beginning.length > 0) {
          out.write(0);
          TimeUnit.MILLISECONDS.sleep(100);
        }
        caller.getInputStream().transferTo(OutputStream.nullOutputStream());
      } catch (IOException | InterruptedException callerLeft) {
        // as expected
      }
    });
    thread.setDaemon(true);
    thread.start();
  }
}
