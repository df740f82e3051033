package org.zimage.tests.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.caller.PythonScript;
import org.zimage.tests.system.SharedSystem;

/** Messages that were written to hurt whoever reads them: the next good request is answered all the same. */
@ExtendWith(SharedSystem.class)
class PoisonMessagesIT {
  private static final Path REQUIREMENTS =
      Path.of(System.getProperty("zimage.root")).toAbsolutePath().normalize().resolve("docs/examples/requirements.txt");
  private static final String TINY = "{\"prompt\":\"a red square\",\"width\":64,\"height\":64,\"num_inference_steps\":1}";
  /** Each bad character was answered with the whole metadata. */
  private static final String MANY_PROBLEMS =
      "{\"prompt\":\"a\",\"metadata\":{\"a\":[\"\\ud800\"" + ",\"\\ud800\"".repeat(4089) + "]}}";

  private final Api api;
  private final Broker broker;

  PoisonMessagesIT(Api api, Broker broker) {
    this.api = api;
    this.broker = broker;
  }

  @ParameterizedTest
  @ValueSource(strings = {"zimage.requests", "zimage.generate", "zimage.dlq"})
  void byAmqp(String queue) throws Exception {
    double lost = lost(queue);
    JsonObject outcomes = outcomes(broker, queue);
    System.out.println(queue + ": " + outcomes);

    assertThat(outcomes.getString("timestamp")).startsWith("rejected: A message to " + queue + " has properties that are text");
    assertThat(outcomes.getString("uuid")).startsWith("rejected: ");
    assertThat(outcomes.getString("unsigned")).isEqualTo("accepted");
    answersTheNext("AMQP", queue);
    assertThat(lost(queue)).as("consumers that the broker has taken away").isEqualTo(lost);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zimage.requests", "zimage.generate", "zimage.dlq"})
  void byJms(String queue) throws Exception {
    double lost = lost(queue);
    try (ClientSessionFactory factory = factory(); ClientSession session = session(factory)) {
      for (byte type : new byte[] {ClientMessage.OBJECT_TYPE, ClientMessage.TEXT_TYPE, ClientMessage.MAP_TYPE,
          ClientMessage.STREAM_TYPE, ClientMessage.BYTES_TYPE, ClientMessage.DEFAULT_TYPE, 100}) {
        // More bytes than there are, more than any memory has; four times, as the listener of requests has consumers
        for (int i = 0; i < 4; i++) {
          ClientMessage message = session.createMessage(type, true);
          message.putStringProperty("_AMQ_ORIG_ADDRESS", "zimage.generate");
          message.getBodyBuffer().writeByte((byte) 1);
          message.getBodyBuffer().writeInt(Integer.MAX_VALUE);
          message.getBodyBuffer().writeInt(Integer.MAX_VALUE);
          session.createProducer(queue).send(message);
        }
      }
      ClientMessage large = session.createMessage(ClientMessage.TEXT_TYPE, true);
      large.setBodyInputStream(new ByteArrayInputStream(new byte[15 << 20]));
      session.createProducer(queue).send(large);
    }
    answersTheNext("JMS", queue);
    assertThat(lost(queue)).as("consumers that the broker has taken away").isEqualTo(lost);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zimage.requests", "zimage.generate", "zimage.dlq"})
  void byStomp(String queue) throws Exception {
    double lost = lost(queue);
    try (Socket socket = new Socket(host(), port())) {
      String account = broker.nodesPassword() == null ? "" : "login:zimage\npasscode:" + broker.nodesPassword() + "\n";
      send(socket, "CONNECT\naccept-version:1.2\nhost:zimage\n" + account + "\n\0");
      for (String body : new String[] {MANY_PROBLEMS, "[".repeat(500_000), "\ud800", "{\"prompt\":\"" + "\\u0000".repeat(10)}) {
        send(socket, "SEND\ndestination:" + queue + "\ndestination-type:ANYCAST\npersistent:true\nauth_key:" + api.key()
            + "\n_AMQ_ORIG_ADDRESS:zimage.generate\ncorrelation-id:" + "c".repeat(10_000) + "\nversion:1\n\n" + body + "\0");
      }
      send(socket, "DISCONNECT\nreceipt:bye\n\n\0");
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).contains("CONNECTED")
          .contains("receipt-id:bye");
    }
    answersTheNext("STOMP", queue);
    assertThat(lost(queue)).as("consumers that the broker has taken away").isEqualTo(lost);
  }

  @Test
  void aTextOf300MegabytesIsRefusedUnread() throws Exception {
    try (ClientSessionFactory factory = factory(); ClientSession session = session(factory)) {
      ClientMessage message = session.createMessage(ClientMessage.TEXT_TYPE, true);
      message.setBodyInputStream(zeros(300L << 20));
      assertThat(catchThrowable(() -> session.createProducer("zimage.requests").send(message)))
          .hasMessageContaining("has at most 20971520 bytes (got 314572800)");
    }
    answersTheNext("JMS, 300 MB", "zimage.requests");
  }

  private void answersTheNext(String protocol, String queue) throws JMSException {
    long start = System.nanoTime();
    try (JMSContext context = broker.connect()) {
      Queue replies = context.createTemporaryQueue();
      Message request = context.createTextMessage(TINY);
      request.setJMSReplyTo(replies);
      request.setStringProperty("auth_key", api.key());
      context.createProducer().send(context.createQueue("zimage.requests"), request);
      try (JMSConsumer consumer = context.createConsumer(replies)) {
        assertThat(Broker.property(Broker.next(consumer), "type")).isEqualTo("accepted");
        System.out.printf(Locale.ROOT, "| %s to %s | accepted after %.2f s |%n", protocol, queue, seconds(start));
        assertThat(Broker.body(Broker.next(consumer)).getString("status")).isEqualTo("SUCCESS");
      }
    }
  }

  private double lost(String queue) {
    return api.metric("zimage_listeners_lost_total{queue=\"" + queue + "\"}");
  }

  /** What became of each message that AMQP allows. */
  static JsonObject outcomes(Broker broker, String queue, String... names) {
    String[] arguments = new String[names.length + 2];
    arguments[0] = (broker.nodesPassword() == null ? "" : "zimage:" + broker.nodesPassword() + "@") + broker.address();
    arguments[1] = queue;
    System.arraycopy(names, 0, arguments, 2, names.length);
    String printed = PythonScript.output(PythonScript.python(REQUIREMENTS), PythonScript.file("amqp_poison.py"), arguments);
    try (JsonReader reader = Json.createReader(new StringReader(printed))) {
      return reader.readObject();
    }
  }

  static double seconds(long since) {
    return (System.nanoTime() - since) / (double) TimeUnit.SECONDS.toNanos(1);
  }

  private static InputStream zeros(long count) {
    return new InputStream() {
      private long left = count;

      @Override
      public int read() {
        return left-- > 0 ? 0 : -1;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        int read = (int) Math.min(left, length);
        left -= read;
        return read > 0 ? read : -1;
      }
    };
  }

  private ClientSessionFactory factory() throws Exception {
    return new ActiveMQConnectionFactory("tcp://" + broker.address()).getServerLocator().createSessionFactory();
  }

  /** Of the nodes' account, which may send to every queue. */
  private ClientSession session(ClientSessionFactory factory) throws ActiveMQException {
    return broker.nodesPassword() == null ? factory.createSession()
        : factory.createSession("zimage", broker.nodesPassword(), false, true, true, false, 0);
  }

  private String host() {
    return broker.address().substring(0, broker.address().lastIndexOf(':'));
  }

  private int port() {
    return Integer.parseInt(broker.address().substring(broker.address().lastIndexOf(':') + 1));
  }

  private static void send(Socket socket, String frame) throws IOException {
    socket.getOutputStream().write(frame.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }
}
