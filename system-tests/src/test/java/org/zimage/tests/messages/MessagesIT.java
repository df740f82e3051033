package org.zimage.tests.messages;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.caller.Load;
import org.zimage.tests.caller.PythonScript;
import org.zimage.tests.documentation.JavaExample;
import org.zimage.tests.system.SharedSystem;

/** Other systems ask for pictures by message, and hear what becomes of them. */
@ExtendWith(SharedSystem.class)
class MessagesIT {
  private static final String TINY =
      "{\"prompt\":\"a red square\",\"width\":64,\"height\":64,\"num_inference_steps\":1}";
  private static final String LONG = "{\"prompt\":\"a sea\",\"width\":1024,\"height\":1024,\"num_inference_steps\":50}";

  private final Api api;
  private final Broker broker;

  MessagesIT(Api api, Broker broker) {
    this.api = api;
    this.broker = broker;
  }

  @Test
  void aRequestIsAcceptedAndCompletedWithThePicture() throws JMSException {
    try (JMSContext context = broker.connect()) {
      Queue replies = context.createTemporaryQueue();
      JMSConsumer consumer = context.createConsumer(replies);
      send(context, context.createTextMessage(TINY), replies, "order-17");

      Message accepted = Broker.next(consumer);
      Message completed = Broker.next(consumer);

      assertThat(Broker.property(accepted, "type")).isEqualTo("accepted");
      assertThat(accepted.getJMSCorrelationID()).isEqualTo("order-17");
      assertThat(Broker.property(completed, "type")).isEqualTo("completed");
      assertThat(completed.getJMSCorrelationID()).isEqualTo("order-17");
      JsonObject status = Broker.body(completed);
      assertThat(status.getString("status")).isEqualTo("SUCCESS");
      assertThat(status.getString("task_id")).isEqualTo(Broker.body(accepted).getString("task_id"));
      assertThat(api.picture(status.getJsonObject("result")).getWidth()).isEqualTo(64);
    }
  }

  @Test
  void badMessagesAmongGoodOnesAreAllAnsweredAndTheGoodOnesDrawn() throws JMSException {
    int rounds = Load.of(5, 100);
    Map<String, String> expected = new HashMap<>();
    Map<String, String> answers = new HashMap<>();
    try (JMSContext context = broker.connect()) {
      Queue replies = context.createTemporaryQueue();
      JMSConsumer consumer = context.createConsumer(replies);
      for (int round = 0; round < rounds; round++) {
        for (Map.Entry<String, Message> bad : badMessages(context).entrySet()) {
          expected.put(send(context, bad.getValue(), replies, round + " " + bad.getKey()), "rejected");
        }
        expected.put(send(context, context.createTextMessage(TINY), replies, round + " good"), "completed");
      }

      while (answers.size() < expected.size()) {
        Message answer = Broker.next(consumer);
        if (!Broker.property(answer, "type").equals("accepted")) {
          answers.put(answer.getJMSCorrelationID(), Broker.property(answer, "type"));
        }
      }
    }
    assertThat(answers).isEqualTo(expected);
  }

  @Test
  void whatNobodyWaitsForIsADeadLetterWithItsReason() throws JMSException {
    String order = UUID.randomUUID().toString();
    try (JMSContext context = broker.connect(); JMSContext node = broker.connectAsNode()) {
      BytesMessage huge = context.createBytesMessage();
      huge.writeBytes(("{\"prompt\":\"" + "x".repeat(9 << 20) + "\"}").getBytes(StandardCharsets.UTF_8));
      send(context, huge, null, order);

      try (JMSConsumer deadLetters = node.createConsumer(node.createQueue("zimage.dlq"),
          "JMSCorrelationID = '" + order + "'")) {
        assertThat(Broker.property(Broker.next(deadLetters), "reason"))
            .isEqualTo("A request has at most 1048576 bytes beside its pictures");
      }
    }
  }

  @Test
  void everyTaskIsToldAboutInOrderAndEndsOnce() {
    try (JMSContext context = broker.connect();
        JMSConsumer events = context.createConsumer(context.createTopic("zimage.events"))) {
      String done = api.generate(TINY);
      api.awaitEnd(done);
      String wrong = api.generate(TINY.replace("a red square", "another"));
      api.awaitEnd(wrong);

      Map<String, List<String>> types = new HashMap<>();
      while (!types.getOrDefault(wrong, List.of()).contains("zimage.task.succeeded")) {
        JsonObject event = Broker.body(Broker.next(events));
        types.computeIfAbsent(event.getString("subject"), id -> new ArrayList<>()).add(event.getString("type"));
      }
      assertThat(types.get(done)).containsExactly("zimage.task.submitted", "zimage.task.started",
          "zimage.task.succeeded");
      assertThat(types.get(wrong)).containsExactly("zimage.task.submitted", "zimage.task.started",
          "zimage.task.succeeded");
    }
  }

  @Test
  void aClientsFirstTaskWaitsForNoneOfAnothersHundreds() {
    int backlog = Load.of(200, 500);
    String batch = UUID.randomUUID().toString();
    try (JMSContext context = broker.connect();
        JMSConsumer events = context.createConsumer(context.createTopic("zimage.events"),
            "type IN ('zimage.task.submitted', 'zimage.task.started')")) {
      String running = api.generate(LONG);
      for (int i = 0; i < backlog; i++) {
        api.generate(TINY.replace("}", ",\"metadata\":{\"batch_id\":\"" + batch + "\"}}"));
      }
      String other = api.as(api.otherKey()).generate(TINY);

      Map<String, String> submitted = new HashMap<>();
      Map<String, String> started = new HashMap<>();
      while (!started.containsKey(other)) {
        JsonObject event = Broker.body(Broker.next(events));
        Map<String, String> times = event.getString("type").endsWith("submitted") ? submitted : started;
        times.putIfAbsent(event.getString("subject"), event.getString("time"));
      }
      api.cancel(running);
      api.send("DELETE", "/v1/history/" + batch, BodyPublishers.noBody());
      long between = started.values().stream()
          .filter(time -> time.compareTo(submitted.get(other)) > 0 && time.compareTo(started.get(other)) < 0).count();
      System.out.println("Of a backlog of " + backlog
          + ", tasks that began between another client's request and its start: " + between);
      assertThat(started.size()).as("tasks that began before").isLessThan(backlog);
      assertThat(between).as("tasks that began while it waited").isLessThanOrEqualTo(2);
    }
  }

  @Test
  void byAmqpAnswersComeUnderTheIdThatTheSenderKnowsAndTheSameMessageIsOneTask() {
    JsonObject outcomes;
    try (JsonReader reader = Json.createReader(new StringReader(PythonScript.output(
        MessageExamples.python(), PythonScript.file("amqp_ids.py"), broker.address(), api.key())))) {
      outcomes = reader.readObject();
    }

    assertThat(outcomes).hasSize(11).allSatisfy((name, outcome) -> {
      String expected = outcome.asJsonArray().getString(0);
      assertThat(outcome.asJsonArray().getJsonArray(1)).as(name).hasSize(2)
          .allSatisfy(answer -> assertThat(answer.asJsonArray().getString(1)).isEqualTo(expected));
    });
    assertThat(task(outcomes, "second of two")).isEqualTo(task(outcomes, "first of two"));
    assertThat(task(outcomes, "message id of text")).isNotEqualTo(task(outcomes, "message id of bytes"));
  }

  private static String task(JsonObject outcomes, String name) {
    return outcomes.getJsonArray(name).getJsonArray(1).getJsonArray(0).getString(2);
  }

  @Test
  void theExamplesOfThreeLanguagesAreAnsweredAllAtOnce() {
    Path python = MessageExamples.python();
    String prompt = "a red square " + UUID.randomUUID();
    String[] arguments = {broker.address(), api.key(), prompt, "10"};
    long before = pictures();

    List<String> printed = Stream.<Supplier<String>>of(
        () -> PythonScript.output(python, MessageExamples.FOLDER.resolve("amqp_client.py"), arguments),
        () -> PythonScript.output(python, MessageExamples.FOLDER.resolve("stomp_client.py"), arguments),
        () -> JavaExample.output(Map.of(), "JmsPictureClient.java", arguments))
        .map(CompletableFuture::supplyAsync).toList().stream().map(CompletableFuture::join).toList();

    assertThat(printed).allSatisfy(lines -> {
      assertThat(lines.lines().filter(line -> line.startsWith("accepted "))).hasSize(10);
      assertThat(lines.lines().filter(line -> line.startsWith("completed ")).distinct()).hasSize(10);
    });
    assertThat(pictures() - before).as("new batches with this prompt").isEqualTo(30);
  }

  /** Batches of the examples among the newest of the history. */
  private long pictures() {
    return api.get("/v1/history?limit=50").body().split("a red square [0-9a-f]{8}-", -1).length - 1L;
  }

  private static Map<String, Message> badMessages(JMSContext context) throws JMSException {
    BytesMessage noText = context.createBytesMessage();
    noText.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xFE, 0});
    Message unknownVersion = context.createTextMessage(TINY);
    unknownVersion.setStringProperty("version", "2");
    Message wrongKey = context.createTextMessage(TINY);
    wrongKey.setStringProperty("auth_key", "wrong");
    return Map.of(
        "json", context.createTextMessage("{\"prompt\":"),
        "field", context.createTextMessage("{\"prompt\":\"x\",\"height\":1}"),
        "object", context.createObjectMessage("an object"),
        "map", context.createMapMessage(),
        "bytes", noText,
        "large", context.createTextMessage("x".repeat(2 << 20)),
        "version", unknownVersion,
        "key", wrongKey);
  }

  private String send(JMSContext context, Message message, Queue replies, String order) throws JMSException {
    message.setJMSReplyTo(replies);
    message.setJMSCorrelationID(order);
    if (!message.propertyExists("auth_key")) {
      message.setStringProperty("auth_key", api.key());
    }
    context.createProducer().send(context.createQueue("zimage.requests"), message);
    return order;
  }
}
