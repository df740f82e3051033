package org.zimage.tests.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.caller.PythonScript;
import org.zimage.tests.server.OtherBroker;
import org.zimage.tests.system.RunningSystem;

/**
 * A broker that is not the launcher's, set up as the documentation says. It takes messages which it cannot hand to a listener, and takes
 * the listener's consumer away instead.
 */
@Tag("deployment")
class OtherBrokerIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The broker's times are minutes. */
  private static final Map<String, String> QUICKLY = Map.of("<max-delivery-attempts>20<", "<max-delivery-attempts>5<",
      "<max-redelivery-delay>30000<", "<max-redelivery-delay>500<");

  private static final String PASSWORD = "s3cret";

  private static OtherBroker server;
  private static Broker broker;
  private static RunningSystem system;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    server = OtherBroker.start("", QUICKLY);
    server.account("zimage", PASSWORD, "zimage-web", "zimage-worker", "zimage-client");
    server.account("shop", PASSWORD, "zimage-client");
    server.whoHasNoAccountIs("shop");
    broker = new Broker("127.0.0.1:" + server.port(), PASSWORD);
    system = RunningSystem.start(Map.of("ARTEMIS_URL", "tcp://zimage:" + PASSWORD + "@" + broker.address(), "API_ENABLE_AUTH", "false"));
    api = new Api(system.url(), null, null, null);
  }

  @AfterAll
  static void stop() throws Exception {
    if (system != null) {
      system.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zimage.requests", "zimage.generate", "zimage.dlq"})
  void aConsumerThatIsTakenAwayIsToldAndComesBackByItself(String queue) throws Exception {
    await().atMost(PATIENCE).until(() -> !api.get("/health").body().contains(queue));
    double lost = api.metric("zimage_listeners_lost_total{queue=\"" + queue + "\"}");
    long start = System.nanoTime();
    assertThat(PoisonMessagesIT.outcomes(broker, queue, "timestamp").getString("timestamp")).isEqualTo("accepted");

    await().atMost(PATIENCE).until(() -> api.get("/health").line().matches("200 .*\"degraded\".*\"messages\":\".*" + queue + ".*"));
    double told = PoisonMessagesIT.seconds(start);
    System.out.println(api.get("/health"));
    double answered = secondsUntilAccepted();
    System.out.printf(Locale.ROOT, "| timestamp to %s | health says so after %.2f s | next request accepted after %.2f s |%n",
        queue, told, answered);
    assertThat(api.metric("zimage_listeners_lost_total{queue=\"" + queue + "\"}")).isGreaterThan(lost);
    await().atMost(PATIENCE).until(() -> api.metric("zimage_listeners_missing{queue=\"" + queue + "\"}") == 0
        && server.server().locateQueue(queue).getConsumerCount() == (queue.equals("zimage.requests") ? 4 : 1));
  }

  @Test
  void theExamplesAskAndHearWithAnAccount() {
    MessageExamples.assertAskAndHear(server, Map.of(), "shop:" + PASSWORD + "@" + broker.address(), "key");
  }

  @Test
  void whatExpiresIsAnsweredAndItsKeyKeptNowhere() throws Exception {
    org.apache.activemq.artemis.core.server.Queue requests = server.server().locateQueue("zimage.requests");
    requests.pause();
    try (JMSContext shop = broker.connect()) {
      TemporaryQueue replies = shop.createTemporaryQueue();
      Message late = shop.createTextMessage("{\"prompt\":\"a red square\"}");
      late.setJMSReplyTo(replies);
      late.setStringProperty("auth_key", "secret");
      shop.createProducer().setTimeToLive(100).send(shop.createQueue("zimage.requests"), late);

      Message rejected = Broker.next(shop.createConsumer(replies));

      assertThat(Broker.property(rejected, "type")).isEqualTo("rejected");
      assertThat(rejected.getIntProperty("status")).isEqualTo(408);
      assertThat(rejected.getJMSCorrelationID()).isEqualTo(late.getJMSMessageID());
      String byAmqp = PythonScript.output(MessageExamples.python(), PythonScript.file("amqp_expiring.py"),
          "shop:" + PASSWORD + "@" + broker.address(), "secret");
      assertThat(byAmqp).contains("\"type\": \"rejected\", \"status\": 408, \"correlation\": \"late\"");
    } finally {
      requests.resume();
    }
    await().untilAsserted(() -> assertThat(server.messages()).allSatisfy((queue, count) -> assertThat(count).as(queue).isZero()));
  }

  private static double secondsUntilAccepted() throws JMSException {
    long start = System.nanoTime();
    try (JMSContext context = broker.connect()) {
      Queue replies = context.createTemporaryQueue();
      Message request =
          context.createTextMessage("{\"prompt\":\"a red square\",\"width\":64,\"height\":64,\"num_inference_steps\":1}");
      request.setJMSReplyTo(replies);
      context.createProducer().send(context.createQueue("zimage.requests"), request);
      try (JMSConsumer consumer = context.createConsumer(replies)) {
        assertThat(Broker.property(Broker.next(consumer), "type")).isEqualTo("accepted");
        double accepted = PoisonMessagesIT.seconds(start);
        assertThat(Broker.body(Broker.next(consumer)).getString("status")).isEqualTo("SUCCESS");
        return accepted;
      }
    }
  }
}
