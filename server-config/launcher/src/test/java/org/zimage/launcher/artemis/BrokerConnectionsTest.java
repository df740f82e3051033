package org.zimage.launcher.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import jakarta.jms.JMSContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches the broker's port before anybody has said who it is. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD) // What hangs here hears no interruption
class BrokerConnectionsTest {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final String REQUEST = "CONNECT\naccept-version:1.2\nhost:localhost\n\n\0"
      + "SEND\ndestination:zimage.requests\ndestination-type:ANYCAST\n\na request\0";

  @TempDir
  private static Path folder;
  private static StartedBroker broker;

  @BeforeAll
  static void start() throws Exception {
    broker = StartedBroker.start(folder, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    if (broker != null) {
      broker.close();
    }
  }

  /** A browser sends it for the page of any site, without asking anybody. */
  @Test
  void noWebPageSendsAMessageInABody() throws Exception {
    assertClosed("POST / HTTP/1.1\r\nHost: 127.0.0.1:" + broker.port() + "\r\nOrigin: https://evil.example\r\nContent-Type: text/plain\r\n"
        + "Content-Length: " + REQUEST.length() + "\r\n\r\n" + REQUEST);

    try (JMSContext node = broker.node()) {
      assertThat(node.createConsumer(node.createQueue("zimage.requests")).receive(500)).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v12.stomp", "amqp"})
  void noWebPageSpeaksToTheBrokerOverAWebSocket(String protocol) throws Exception {
    assertClosed("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + broker.port() + "\r\nOrigin: https://evil.example\r\nUpgrade: websocket\r\n"
        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        + "Sec-WebSocket-Protocol: " + protocol + "\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT / HTTP/1.1\r\nContent-Length: 2000000000\r\n\r\n", "CONNECT\n", "CONNECT\naccept-version:1.2\n\n\0SEND\ndestination:",
      "CONNECT\naccept-version:1.2\n\n\0SEND\ndestination:shop.orders\ncontent-length:2000000000\n\n", "AMQP\0\1\0\0\u007f\u007f\u007f\u007f"})
  void whoeverSendsWithoutAnEndIsSentAway(String beginning) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(beginning.getBytes(StandardCharsets.US_ASCII));
      byte[] more = "a".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
      assertThatThrownBy(() -> {
        for (int i = 0; i < 64; i++) {
          out.write(more);
        }
      }).isInstanceOf(SocketException.class);
    }
  }

  /** Artemis takes any byte, and would then deliver nothing from that queue any more. */
  @ParameterizedTest
  @ValueSource(ints = {99, 10, -1, 127})
  void aPriorityThatJmsDoesNotHaveIsRefusedAndStopsNobody(int priority) throws IOException {
    assertThat(answer("CONNECT\naccept-version:1.2\nhost:here\n\n\0SEND\ndestination:shop.priorities\ndestination-type:ANYCAST\npriority:" + priority
        + "\n\none\0")).contains("ERROR", "Error sending message", "priority=" + priority);

    try (JMSContext client = broker.stranger()) {
      client.createProducer().setPriority(9).send(client.createQueue("shop.priorities"), "another");
      assertThat(client.createConsumer(client.createQueue("shop.priorities")).receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("another");
    }
  }

  /** Until the broker hangs up. */
  private static String answer(String frames) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(frames.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void largeMessagesComeInManyFrames() {
    try (JMSContext client = broker.stranger()) {
      client.createProducer().send(client.createQueue("shop.orders"), "x".repeat(FrameLimitPlugin.MAX_BYTES));

      assertThat(client.createConsumer(client.createQueue("shop.orders")).receiveBody(String.class, PATIENCE_MILLIS)).hasSize(FrameLimitPlugin.MAX_BYTES);
    }
  }

  /** Nothing is answered. */
  private static void assertClosed(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream answer = socket.getInputStream();
      assertThat(new String(answer.readAllBytes(), StandardCharsets.US_ASCII)).isEmpty();
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }
}
