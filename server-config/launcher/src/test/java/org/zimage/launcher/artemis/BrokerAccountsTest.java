package org.zimage.launcher.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.launcher.error.LauncherException;
import org.zimage.launcher.settings.LauncherSettings;

/** What the nodes may do at the broker, what others may, and who needs an account. */
class BrokerAccountsTest {
  private static final long PATIENCE_MILLIS = 30_000;
  private static final long QUIET_MILLIS = 500;

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

  @Test
  void aProgramOfThisMachineAsksAndIsAnsweredWithoutAnAccount() throws JMSException {
    try (JMSContext client = broker.stranger(); JMSContext node = broker.node();
        JMSConsumer requests = node.createConsumer(node.createQueue("zimage.requests"))) {
      Queue replies = client.createTemporaryQueue();
      TextMessage request = client.createTextMessage("a request");
      request.setJMSReplyTo(replies);
      client.createProducer().send(client.createQueue("zimage.requests"), request);

      node.createProducer().send(requests.receive(PATIENCE_MILLIS).getJMSReplyTo(), "an answer");

      assertThat(client.createConsumer(replies).receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("an answer");
    }
  }

  @Test
  void aProgramOfThisMachineHearsWhatHappens() {
    try (JMSContext client = broker.stranger(); JMSContext node = broker.node()) {
      client.setClientID("shop");
      JMSConsumer events = client.createConsumer(client.createTopic("zimage.events"));
      JMSConsumer durable = client.createDurableConsumer(client.createTopic("zimage.events"), "events");

      node.createProducer().send(node.createTopic("zimage.events"), "an event");

      assertThat(events.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("an event");
      assertThat(durable.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("an event");
      durable.close();
      client.unsubscribe("events");
    }
  }

  @Test
  void aProgramOfThisMachineHasAQueueOfItsOwn() {
    try (JMSContext client = broker.stranger(); JMSContext node = broker.node()) {
      JMSConsumer replies = client.createConsumer(client.createQueue("shop.replies"));

      node.createProducer().send(node.createQueue("shop.replies"), "an answer");

      assertThat(replies.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("an answer");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zimage.requests", "zimage.generate", "zimage.dlq", "zimage.anything"})
  void othersReadNoQueueOfTheNodes(String queue) {
    try (JMSContext client = broker.stranger()) {
      assertThatThrownBy(() -> client.createConsumer(client.createQueue(queue))).isInstanceOf(JMSSecurityRuntimeException.class);
      assertThatThrownBy(() -> client.createBrowser(client.createQueue(queue)).getEnumeration().hasMoreElements())
          .isInstanceOfAny(JMSException.class, JMSRuntimeException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"zimage.generate, false", "zimage.dlq, false", "zimage.events, true", "zimage.anything, false"})
  void othersSendToNoAddressOfTheNodesButRequests(String address, boolean isTopic) {
    try (JMSContext client = broker.stranger()) {
      assertThatThrownBy(() -> client.createProducer()
          .send(isTopic ? client.createTopic(address) : client.createQueue(address), "a task"))
          .isInstanceOf(JMSSecurityRuntimeException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"#", "zimage.*", "zimage.#", "*.requests", "*.*"})
  void nobodyHearsOfRequestsUnderAnotherName(String pattern) throws JMSException {
    try (JMSContext client = broker.stranger(); JMSContext node = broker.node()) {
      JMSConsumer listener = null;
      try {
        listener = client.createConsumer(client.createTopic(pattern));
      } catch (JMSRuntimeException refused) {
        return;
      }
      client.createProducer().setProperty("auth_key", "secret").send(client.createQueue("zimage.requests"), "a request");

      assertThat(listener.receive(QUIET_MILLIS)).isNull();
      drain(node);
    }
  }

  @Test
  void othersDoNotManageTheBroker() throws JMSException {
    try (JMSContext client = broker.stranger()) {
      TextMessage command = client.createTextMessage("[]");
      command.setStringProperty("_AMQ_ResourceName", "queue.zimage.requests");
      command.setStringProperty("_AMQ_OperationName", "listMessagesAsJSON");
      assertThatThrownBy(() -> client.createProducer().send(client.createQueue("activemq.management"), command))
          .isInstanceOf(JMSSecurityRuntimeException.class);
      assertThatThrownBy(() -> client.createConsumer(client.createTopic("activemq.notifications")))
          .isInstanceOf(JMSSecurityRuntimeException.class);
    }
  }

  @Test
  void whatIsForbiddenIsSoByStompToo() throws Exception {
    assertThat(stomp("SUBSCRIBE\nid:1\ndestination:zimage.requests\nsubscription-type:ANYCAST\nreceipt:1\n\n\0"))
        .startsWith("ERROR");
    assertThat(stomp("SEND\ndestination:zimage.generate\ndestination-type:ANYCAST\nreceipt:1\n\na task\0")).startsWith("ERROR");
    assertThat(stomp("SEND\ndestination:shop.orders\ndestination-type:ANYCAST\nreceipt:1\n\nan order\0")).startsWith("RECEIPT");
  }

  /** Each percent sign multiplies the time for an event by its length. */
  @ParameterizedTest
  @ValueSource(strings = {"task_id LIKE '%%%%%%%%%%%%%%%%Q'", "type = 'a' OR task_id LIKE '%a%b%'", "task_id LIKE 'it''s %%''%'",
      "/*'*/ task_id LIKE '%a%b%'", "XPATH '//a'", "type = 'a' OR (xquery '//a')"})
  void nobodyHoldsEventsUpWithASelector(String selector) throws Exception {
    try (JMSContext client = broker.stranger(); JMSContext node = broker.node()) {
      client.setClientID("slow");
      assertThatThrownBy(() -> client.createConsumer(client.createTopic("zimage.events"), selector))
          .isInstanceOf(InvalidSelectorRuntimeException.class).hasMessageContaining("at most two %");
      assertThatThrownBy(() -> client.createDurableConsumer(client.createTopic("zimage.events"), "slow", selector, false))
          .isInstanceOf(InvalidSelectorRuntimeException.class);
      assertThatThrownBy(() -> client.createConsumer(client.createQueue("shop.slow"), selector))
          .isInstanceOf(InvalidSelectorRuntimeException.class);
      assertThatThrownBy(() -> client.createBrowser(client.createQueue("shop.slow"), selector).getEnumeration())
          .isInstanceOf(InvalidSelectorException.class);
      assertThat(stomp("SUBSCRIBE\nid:1\ndestination:zimage.events\nsubscription-type:MULTICAST\nselector:" + selector
          + "\nreceipt:1\n\n\0")).startsWith("ERROR");

      JMSConsumer events = client.createConsumer(client.createTopic("zimage.events"), "task_id LIKE '%5c0b%'");
      node.createProducer().setProperty("task_id", "88846599bedd4d5aab5ccfacac4c5c0b").send(node.createTopic("zimage.events"), "an event");
      assertThat(events.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("an event");
    }
  }

  @Test
  void aSelectorHasAThousandCharacters() {
    try (JMSContext client = broker.stranger()) {
      client.createConsumer(client.createTopic("zimage.events"), "type = '" + "a".repeat(991) + "'").close();
      assertThatThrownBy(() -> client.createConsumer(client.createTopic("zimage.events"), "type = '" + "a".repeat(992) + "'"))
          .isInstanceOf(InvalidSelectorRuntimeException.class).hasMessageContaining("at most 1000 characters");
    }
  }

  @Test
  void whatExpiresInAQueueOfOthersIsNoDeadLetterOfOurs() {
    try (JMSContext client = broker.stranger(); JMSContext node = broker.node(); JMSContext second = broker.stranger()) {
      Queue own = client.createQueue("shop.expires");
      client.createProducer().setTimeToLive(1).send(own, "late");
      assertThat(second.createConsumer(own).receive(QUIET_MILLIS)).isNull();

      assertThat(node.createConsumer(node.createQueue("zimage.dlq")).receive(QUIET_MILLIS)).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "subscription-type:MULTICAST\n"})
  void eventsAreHeardByStompWithoutAnAccount(String type) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port()); BufferedReader answers = reader(socket);
        JMSContext node = broker.node()) {
      connect(socket, answers);
      send(socket, "SUBSCRIBE\nid:1\ndestination:zimage.events\n" + type + "receipt:1\n\n\0");
      assertThat(line(answers)).isEqualTo("RECEIPT");
      skipFrame(answers);

      node.createProducer().send(node.createTopic("zimage.events"), "an event");

      assertThat(line(answers)).isEqualTo("MESSAGE");
    }
  }

  @Test
  void eventsWaitInNoQueueOfAnybody() throws Exception {
    try (JMSContext client = broker.stranger()) {
      assertThatThrownBy(() -> client.createConsumer(client.createQueue("zimage.events"))).isInstanceOf(JMSRuntimeException.class);
    }
    assertThat(stomp("SUBSCRIBE\nid:1\ndestination:zimage.events\nsubscription-type:ANYCAST\nreceipt:1\n\n\0")).startsWith("ERROR");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zimage.requests\\c\\czimage.requests", "zimage.requests\\c\\czimage.generate", "shop.a\\c\\czimage.generate",
      "anycast\\c//zimage.generate", "queue\\c//zimage.generate"})
  void noOtherNameLeadsToTheWorkers(String destination) throws Exception {
    stomp("SEND\ndestination:" + destination + "\ndestination-type:ANYCAST\nreceipt:1\n\na task\0");

    try (JMSContext node = broker.node()) {
      assertThat(node.createConsumer(node.createQueue("zimage.generate")).receive(QUIET_MILLIS)).isNull();
      JMSConsumer requests = node.createConsumer(node.createQueue("zimage.requests"));
      while (requests.receive(QUIET_MILLIS) != null) {
        // one may be sent to it
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"/queue/zimage.requests, zimage.requests", "/topic/zimage.events, zimage.events",
      "queue\\c//zimage.requests, zimage.requests", "/queue/shop.orders, shop.orders"})
  void aNameAsAnotherBrokerWantsItIsRefusedWithTheRightOne(String name, String right) throws Exception {
    String reason = "Names have no prefix here: write " + right + ", not " + name.replace("\\c", ":");
    assertThat(stompAnswer("SEND\ndestination:" + name + "\nreceipt:1\n\na request\0")).startsWith("ERROR").contains(reason);
    assertThat(stompAnswer("SEND\ndestination:" + name + "\ndestination-type:ANYCAST\nreceipt:1\n\na request\0"))
        .startsWith("ERROR").contains(reason);
    assertThat(stompAnswer("SUBSCRIBE\nid:1\ndestination:" + name + "\nreceipt:1\n\n\0")).startsWith("ERROR").contains(reason);
    try (JMSContext client = broker.stranger()) {
      assertThatThrownBy(() -> client.createProducer().send(client.createQueue(name.replace("\\c", ":")), "a request"))
          .isInstanceOf(JMSRuntimeException.class).hasMessageContaining(reason);
    }
  }

  @Test
  void aWrongPasswordIsRefused() {
    assertThatThrownBy(() -> broker.connect("zimage", "zimage").close()).isInstanceOf(JMSSecurityRuntimeException.class);
    assertThatThrownBy(() -> broker.connect("others", "others").close()).isInstanceOf(JMSSecurityRuntimeException.class);
  }

  @Test
  void withAccountsNobodyIsLetInWithoutOne() throws Exception {
    try (StartedBroker own = StartedBroker.start(folder.resolve("other"), Map.of("ZIMAGE_ARTEMIS_ACCOUNTS", "shop:s3cret"))) {
      assertThatThrownBy(() -> own.stranger().close()).isInstanceOf(JMSSecurityRuntimeException.class);
      try (JMSContext shop = own.connect("shop", "s3cret")) {
        shop.createProducer().send(shop.createQueue("zimage.requests"), "a request");
        assertThatThrownBy(() -> shop.createConsumer(shop.createQueue("zimage.requests")))
            .isInstanceOf(JMSSecurityRuntimeException.class);
      }
    }
  }

  @Test
  void theNodesPasswordIsReadByTheOwnerOnly() throws Exception {
    assertThat(Files.getPosixFilePermissions(broker.home().artemis().resolve("password")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aBrokerForOtherMachinesWantsAccounts() {
    assertThatThrownBy(() -> BrokerAccounts.require(settings(Map.of("ZIMAGE_ARTEMIS_HOST", "0.0.0.0"))))
        .isInstanceOf(LauncherException.class).hasMessageStartingWith("ZIMAGE_ARTEMIS_HOST=0.0.0.0").hasMessageContaining("ZIMAGE_ARTEMIS_ACCOUNTS=");
    BrokerAccounts.require(settings(Map.of("ZIMAGE_ARTEMIS_HOST", "0.0.0.0", "ZIMAGE_ARTEMIS_ACCOUNTS", "shop:s3cret")));
    BrokerAccounts.require(settings(Map.of("ZIMAGE_ARTEMIS_HOST", "127.0.0.2")));
    // HTTP may be open to others, the broker is not with it
    BrokerAccounts.require(settings(Map.of("ZIMAGE_HOST", "0.0.0.0")));
  }

  private static LauncherSettings settings(Map<String, String> environment) {
    return LauncherSettings.of(environment);
  }

  private static void drain(JMSContext node) {
    try (JMSConsumer requests = node.createConsumer(node.createQueue("zimage.requests"))) {
      assertThat(requests.receive(PATIENCE_MILLIS)).isNotNull();
    }
  }

  /** Connects as anybody and sends one frame; returns the answer's first line. */
  private static String stomp(String frame) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port()); BufferedReader answers = reader(socket)) {
      connect(socket, answers);
      send(socket, frame);
      return line(answers);
    }
  }

  /** The same; returns the whole answer. */
  private static String stompAnswer(String frame) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port()); BufferedReader answers = reader(socket)) {
      connect(socket, answers);
      send(socket, frame);
      StringBuilder answer = new StringBuilder(line(answers));
      for (int character = answers.read(); character > 0; character = answers.read()) {
        answer.append((char) character);
      }
      return answer.toString().replace("\\c", ":");
    }
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  private static void connect(Socket socket, BufferedReader answers) throws Exception {
    send(socket, "CONNECT\naccept-version:1.2\nhost:localhost\n\n\0");
    assertThat(line(answers)).isEqualTo("CONNECTED");
    skipFrame(answers);
  }

  private static void skipFrame(BufferedReader answers) throws IOException {
    while (answers.read() > 0) {
      // the rest of this frame
    }
  }

  private static void send(Socket socket, String frame) throws Exception {
    socket.getOutputStream().write(frame.getBytes(StandardCharsets.UTF_8));
  }

  private static String line(BufferedReader answers) throws Exception {
    String line = answers.readLine();
    while (line != null && line.isBlank()) {
      line = answers.readLine();
    }
    return line;
  }
}
