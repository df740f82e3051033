package org.zimage.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A broker that is not the launcher's takes messages which it cannot hand to a listener, and takes the listener's consumer
 * away instead.
 */
class OtherBrokerIT {
  private static final List<String> QUEUES = List.of("zimage.requests", "zimage.generate", "zimage.dlq");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static EmbeddedActiveMQ server;
  private static Broker broker;
  private static RunningSystem system;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    broker = new Broker("127.0.0.1:" + freePort(), null);
    Configuration configuration = new ConfigurationImpl().setPersistenceEnabled(false).setSecurityEnabled(false)
        .setJMXManagementEnabled(false)
        .addAcceptorConfiguration("all", "tcp://" + broker.address())
        .addAddressSetting("#", new AddressSettings().setMaxDeliveryAttempts(5).setRedeliveryDelay(500)
            .setDeadLetterAddress(SimpleString.of("zimage.dlq")))
        .addAddressSetting("zimage.dlq", new AddressSettings().setDeadLetterAddress(SimpleString.of("zimage.undeliverable")))
        .addAddressSetting("*", new AddressSettings().setAutoCreateQueues(false).setAutoCreateAddresses(false));
    Stream.concat(QUEUES.stream(), Stream.of("zimage.undeliverable")).forEach(queue ->
        configuration.addQueueConfiguration(QueueConfiguration.of(queue).setRoutingType(RoutingType.ANYCAST)));
    server = new EmbeddedActiveMQ().setConfiguration(configuration);
    server.start();
    system = RunningSystem.start(Map.of("ARTEMIS_URL", "tcp://" + broker.address(), "API_ENABLE_AUTH", "false"));
    api = new Api(system.url(), null, null, null);
  }

  @AfterAll
  static void stop() throws Exception {
    if (system != null) {
      system.close();
    }
    if (server != null) {
      server.stop();
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
        && server.getActiveMQServer().locateQueue(queue).getConsumerCount() == (queue.equals("zimage.requests") ? 4 : 1));
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

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
