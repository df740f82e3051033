package org.zimage.tests.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.server.BrokerPair;
import org.zimage.tests.system.Node;
import org.zimage.tests.system.RunningSystem;
import org.zimage.tests.system.Teardown;

/** A web node and a worker at a pair of brokers, of which the primary one dies under load, and comes back. */
@Tag("deployment")
class BrokerPairIT {
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final String TINY = "{\"prompt\":\"a red square\",\"width\":64,\"height\":64,\"num_inference_steps\":2}";
  private static final int EACH = 30;
  private static final long PATIENCE_MILLIS = 60_000;

  @TempDir
  private static Path folder;
  private static BrokerPair pair;
  private static RunningSystem backends;
  private static Node web;
  private static Node worker;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    pair = BrokerPair.start(folder);
    backends = RunningSystem.startBackends(Map.of("ARTEMIS_URL", pair.url()));
    Map<String, String> environment = new TreeMap<>(backends.addresses());
    web = Node.start("web", backends.folder("."), environment);
    worker = Node.start("worker", backends.folder("."), environment);
    web.awaitReady("/health/ready");
    worker.awaitReady("/worker/health/ready");
    api = new Api(web.url(), null, null, null);
  }

  @AfterAll
  static void stop() throws Exception {
    Teardown.close(worker, web, backends, pair);
  }

  @Test
  void aFailoverUnderLoadLosesNeitherTasksNorAnswersNorEvents() throws Exception {
    try (JMSContext context = new ActiveMQConnectionFactory(pair.url()).createContext()) {
      context.setClientID("shop");
      Topic topic = context.createTopic("zimage.events");
      JMSConsumer events = context.createDurableConsumer(topic, "ends", "type = 'zimage.task.succeeded'", false);
      Queue replies = context.createQueue("replies.pair");
      JMSConsumer answers = context.createConsumer(replies);
      List<String> tasks = new ArrayList<>();
      Set<String> orders = new HashSet<>();

      ask(context, replies, tasks, orders, EACH);
      pair.killPrimary();
      ask(context, replies, tasks, orders, EACH); // by HTTP at once; by message as soon as there is a broker again
      assertThat(pair.hasBackupTakenOver()).isTrue();
      pair.startPrimary();
      ask(context, replies, tasks, orders, EACH);

      Map<String, String> completed = new HashMap<>();
      while (completed.size() < orders.size()) {
        Message answer = answers.receive(PATIENCE_MILLIS);
        assertThat(answer).as("answers for " + completed.size() + " of " + orders.size()).isNotNull();
        if (Broker.property(answer, "type").equals("completed")) {
          completed.put(answer.getJMSCorrelationID(), Broker.property(answer, "task_id"));
        }
      }
      tasks.addAll(completed.values());
      Set<String> told = new HashSet<>();
      while (told.size() < tasks.size()) {
        Message event = events.receive(PATIENCE_MILLIS);
        assertThat(event).as("events of " + told.size() + " of " + tasks.size() + " tasks").isNotNull();
        told.add(Broker.property(event, "task_id"));
      }

      assertThat(completed.keySet()).isEqualTo(orders);
      assertThat(told).isEqualTo(new HashSet<>(tasks));
      tasks.forEach(api::awaitResult);
      await().atMost(LONGEST).until(() -> api.get("/health").line().contains("\"status\":\"ok\""));
    }
  }

  private static void ask(JMSContext context, Queue replies, List<String> tasks, Set<String> orders, int each) throws Exception {
    for (int i = 0; i < each; i++) {
      tasks.add(api.generate(TINY));
      String order = UUID.randomUUID().toString();
      TextMessage request = context.createTextMessage(TINY);
      request.setJMSReplyTo(replies);
      request.setJMSCorrelationID(order);
      request.setStringProperty("idempotency_key", order);
      context.createProducer().send(context.createQueue("zimage.requests"), request);
      orders.add(order);
    }
  }
}
