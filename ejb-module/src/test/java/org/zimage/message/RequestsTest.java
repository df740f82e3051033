package org.zimage.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.image.RelativePath;
import org.zimage.image.StoredPicture;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.TaskId;
import org.zimage.task.TaskLedger;

@ExtendWith(Platform.class)
class RequestsTest {
  private static final StoredPicture PICTURE = new StoredPicture("0123456789abcdef0123456789abcdef",
      "/pictures/20260101/120000_x.png", "/pictures/20260101/120000_x.webp", new RelativePath("20260101/120000_x.png"),
      new RelativePath("20260101/120000_x.webp"));
  private static final String CAT = "{\"prompt\": \"a cat\", \"seed\": 7}";
  private static final String KEY = "client-key-1";
  private static final long PATIENCE_MILLIS = 20_000;

  private final Database database = new Database();
  private final Requests requests = Platform.bean(Requests.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final Caller client = Platform.bean(Callers.class).identify(KEY);

  private JMSContext context;
  private Queue replies;
  private JMSConsumer replyConsumer;

  @BeforeEach
  void connect() {
    context = Platform.servers().connectionFactory().createContext(JMSContext.CLIENT_ACKNOWLEDGE);
    replies = context.createTemporaryQueue();
    replyConsumer = context.createConsumer(replies);
  }

  @AfterEach
  void disconnect() {
    context.close();
  }

  @Test
  void aRequestIsATaskOfItsClientAndAcceptedAndCompletedUnderItsCorrelationId() throws Exception {
    TextMessage request = request(CAT);
    request.setJMSCorrelationID("order-17");
    take(request);

    Message accepted = reply();
    JsonObject answer = body(accepted);
    TaskId task = new TaskId(answer.getString("task_id"));
    assertThat(accepted.getStringProperty("type")).isEqualTo("accepted");
    assertThat(accepted.getJMSCorrelationID()).isEqualTo("order-17");
    assertThat(answer).hasToString("{\"task_id\":\"%s\",\"status_url\":\"/v1/tasks/%1$s\",\"image_url\":null}".formatted(task));
    assertThat(database.task(task)).containsEntry("prompt", "a cat").containsEntry("seed", 7L).containsEntry("height", 1024);
    assertThat(database.batchOf(task)).containsEntry("api_client_id", client.clientId());

    ledger.succeed(ledger.claim(task, "worker").orElseThrow().claim(), PICTURE);

    Message completed = reply();
    assertThat(completed.getStringProperty("type")).isEqualTo("completed");
    assertThat(completed.getJMSCorrelationID()).isEqualTo("order-17");
    assertThat(completed.getStringProperty("task_id")).isEqualTo(task.value());
    assertThat(body(completed).getString("status")).isEqualTo("SUCCESS");
    assertThat(body(completed).getString("image_url")).isEqualTo("/generated-images/20260101/120000_x.webp");
    assertThat(body(completed).getJsonObject("result").getString("auth_key")).as("never the key itself")
        .isEqualTo(client.clientId());
  }

  @Test
  void withoutACorrelationIdTheMessageIdIsUsed() throws Exception {
    Message sent = take(request(CAT));

    assertThat(reply().getJMSCorrelationID()).isEqualTo(sent.getJMSMessageID());
  }

  @Test
  void theEndOfACancelledTaskIsToldToo() throws Exception {
    take(request(CAT));
    ledger.cancelWaiting(new TaskId(body(reply()).getString("task_id")));

    assertThat(body(reply()).getString("status")).isEqualTo("REVOKED");
  }

  @Test
  void whoWantsNoAnswerGetsNone() throws Exception {
    TextMessage request = request(CAT);
    request.setJMSReplyTo(null);
    take(request);

    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isOne();
    assertThat(database.number("SELECT count(*) FROM outgoing_messages WHERE type = 'accepted'")).isZero();
  }

  @Test
  void aMessageThatIsDeliveredAgainIsTheSameTaskAndAnsweredOnce() throws Exception {
    Message message = send(request(CAT));
    requests.take(message);
    context.recover();
    Message again = receive();
    assertThat(again.getJMSRedelivered()).isTrue();
    requests.take(again);
    context.acknowledge();

    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isOne();
    assertThat(reply().getStringProperty("type")).isEqualTo("accepted");
    awaitEmptyOutbox();
    assertThat(replyConsumer.receiveNoWait()).isNull();
  }

  @Test
  void anotherRequestWithTheSameIdempotencyKeyIsAnsweredWithTheFirstTask() throws Exception {
    TextMessage first = request(CAT);
    first.setStringProperty("idempotency_key", "order-17");
    take(first);
    JsonObject answer = body(reply());
    ledger.cancelWaiting(new TaskId(answer.getString("task_id")));
    assertThat(reply().getStringProperty("type")).isEqualTo("completed");
    TextMessage second = request(CAT);
    second.setStringProperty("idempotency_key", "order-17");
    second.setJMSCorrelationID("again");
    take(second);

    List<Message> answers = List.of(reply(), reply());

    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isOne();
    assertThat(answers).extracting(message -> message.getStringProperty("type"))
        .containsExactlyInAnyOrder("accepted", "completed");
    assertThat(answers).allSatisfy(message -> assertThat(message.getJMSCorrelationID()).isEqualTo("again"));
    assertThat(answers).allSatisfy(message ->
        assertThat(body(message).getString("task_id")).isEqualTo(answer.getString("task_id")));
  }

  @Test
  void twoMessagesWithTheSameTextAreTwoTasks() throws Exception {
    take(request(CAT));
    take(request(CAT));

    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isEqualTo(2);
  }

  @Test
  void anInvalidRequestIsRejectedWithTheBodyOfHttp() throws Exception {
    TextMessage request = request("{\"prompt\": \"a cat\", \"height\": 1}");
    request.setJMSCorrelationID("order-17");
    take(request);

    Message rejected = reply();
    assertThat(rejected.getStringProperty("type")).isEqualTo("rejected");
    assertThat(rejected.getIntProperty("status")).isEqualTo(422);
    assertThat(rejected.getJMSCorrelationID()).isEqualTo("order-17");
    assertThat(body(rejected)).hasToString("""
        {"detail":[{"type":"greater_than_equal","loc":["body","height"],\
        "msg":"Input should be greater than or equal to 64","input":1}]}""");
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isZero();
  }

  @Test
  void textInBytesIsReadAsOtherProtocolsSendIt() throws Exception {
    var request = context.createBytesMessage();
    request.writeBytes("{\"prompt\": \"eine Möwe\"}".getBytes(StandardCharsets.UTF_8));
    prepare(request);
    take(request);

    assertThat(database.task(new TaskId(body(reply()).getString("task_id")))).containsEntry("prompt", "eine Möwe");
  }

  /** Bad messages, with the status and a part of the answer. */
  static Stream<Arguments> badMessages() {
    return Stream.of(
        bad("malformed JSON", 422, "json_invalid", context -> context.createTextMessage("{\"prompt\": ")),
        bad("no text", 422, "Field required", JMSContext::createTextMessage),
        bad("a list", 422, "model_attributes_type", context -> context.createTextMessage("[]")),
        bad("an object", 415, "A request is a text message with JSON", context -> context.createObjectMessage("an object")),
        bad("a map", 415, "A request is a text message with JSON", JMSContext::createMapMessage),
        bad("nothing", 415, "A request is a text message with JSON", JMSContext::createMessage),
        bad("bytes that are no text", 422, "json_invalid", context -> bytes(context, new byte[] {(byte) 0xFF, 0, 1})),
        bad("a huge text", 413, "at most 1048576 bytes (got 2097152)",
            context -> context.createTextMessage("x".repeat(2 << 20))),
        bad("huge bytes", 413, "at most 1048576 bytes (got 2097152)", context -> bytes(context, new byte[2 << 20])),
        bad("an unknown version", 415, "Version 2 of requests is not known, only 1",
            context -> with(context.createTextMessage(CAT), "version", "2")),
        bad("a key that is too long", 403, "API key not allowed",
            context -> with(context.createTextMessage(CAT), "auth_key", "k".repeat(1000))),
        bad("no key", 401, "Missing API auth key", context -> with(context.createTextMessage(CAT), "auth_key", "")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badMessages")
  void aBadMessageIsRejectedWithItsReason(String name, int status, String part, Function<JMSContext, Message> message)
      throws Exception {
    take(prepare(message.apply(context)));

    Message rejected = reply();
    assertThat(rejected.getStringProperty("type")).isEqualTo("rejected");
    assertThat(rejected.getIntProperty("status")).isEqualTo(status);
    assertThat(body(rejected).get("detail").toString()).contains(part);
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badMessages")
  void aBadMessageThatNobodyWaitsForIsADeadLetterWithItsReason(String name, int status, String part,
      Function<JMSContext, Message> message) throws Exception {
    Message request = prepare(message.apply(context));
    request.setJMSReplyTo(null);
    Message sent = take(request);

    try (JMSConsumer deadLetters = context.createConsumer(context.createQueue(Replies.DEAD_LETTERS),
        "message_id = '" + sent.getJMSMessageID() + "'")) {
      Message dead = deadLetters.receive(PATIENCE_MILLIS);
      assertThat(dead).isNotNull();
      assertThat(dead.getStringProperty("reason")).isNotBlank();
      assertThat(dead.getIntProperty("status")).isEqualTo(status);
      context.acknowledge();
    }
  }

  @Test
  void answersWaitForABrokerThatIsAway() throws Exception {
    Message message = send(request("{\"prompt\": \"a cat\"}", "shop.replies." + UUID.randomUUID()));
    String destination = ((Queue) message.getJMSReplyTo()).getQueueName();
    context.acknowledge();
    Platform.servers().stopBroker();
    requests.take(message);
    assertThat(database.number("SELECT count(*) FROM outgoing_messages WHERE type = 'accepted'")).isOne();

    Platform.servers().startBroker();

    try (JMSContext later = Platform.servers().connectionFactory().createContext();
        JMSConsumer consumer = later.createConsumer(later.createQueue(destination))) {
      assertThat(consumer.receive(PATIENCE_MILLIS).getStringProperty("type")).isEqualTo("accepted");
    }
  }

  @Test
  void aReplyQueueThatIsGoneHoldsNobodyUp() throws Exception {
    JMSContext visitor = Platform.servers().connectionFactory().createContext();
    Queue gone = visitor.createTemporaryQueue();
    String goneName = gone.getQueueName();
    TextMessage request = request(CAT);
    request.setJMSReplyTo(gone);
    take(request);
    visitor.close();
    await().until(() -> !Platform.servers().queues().contains(goneName));
    ledger.cancelWaiting(onlyTask());
    take(request(CAT));

    assertThat(reply().getStringProperty("type")).isEqualTo("accepted");
    await().atMost(Duration.ofSeconds(60)).until(() -> {
      Platform.bean(Relay.class).wake();
      return database.number("SELECT count(*) FROM outgoing_messages") == 0;
    });
    assertThat(database.rows("SELECT destination FROM reply_addresses"))
        .extracting(row -> row.get("destination")).noneMatch(destination -> destination.toString().contains(goneName));
    assertThat(Platform.servers().queues()).noneMatch(queue -> queue.contains(goneName));
  }

  private static Arguments bad(String name, int status, String part, Function<JMSContext, Message> message) {
    return Arguments.of(name, status, part, message);
  }

  private static Message bytes(JMSContext context, byte[] bytes) {
    try {
      var message = context.createBytesMessage();
      message.writeBytes(bytes);
      return message;
    } catch (JMSException e) {
      throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
    }
  }

  private static Message with(Message message, String property, String value) {
    try {
      message.setStringProperty(property, value);
      return message;
    } catch (JMSException e) {
      throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
    }
  }

  private TextMessage request(String json) throws JMSException {
    TextMessage message = context.createTextMessage(json);
    prepare(message);
    return message;
  }

  private TextMessage request(String json, String replyQueue) throws JMSException {
    TextMessage message = request(json);
    message.setJMSReplyTo(context.createQueue(replyQueue));
    return message;
  }

  private Message prepare(Message message) throws JMSException {
    if (!message.propertyExists("auth_key")) {
      message.setStringProperty("auth_key", KEY);
    }
    message.setJMSReplyTo(replies);
    return message;
  }

  /** Sends a message and lets the application take it as its listener would. */
  private Message take(Message message) throws JMSException {
    Message received = send(message);
    requests.take(received);
    context.acknowledge();
    return received;
  }

  private Message send(Message message) {
    context.createProducer().send(context.createQueue(Requests.QUEUE), message);
    return receive();
  }

  private Message receive() {
    try (JMSConsumer consumer = context.createConsumer(context.createQueue(Requests.QUEUE))) {
      Message message = consumer.receive(PATIENCE_MILLIS);
      assertThat(message).isNotNull();
      return message;
    }
  }

  private Message reply() {
    Message message = replyConsumer.receive(PATIENCE_MILLIS);
    assertThat(message).as("an answer within " + PATIENCE_MILLIS + " ms").isNotNull();
    return message;
  }

  private TaskId onlyTask() {
    return new TaskId((String) database.row("SELECT task_id FROM image_generation_tasks").get("task_id"));
  }

  private void awaitEmptyOutbox() {
    await().until(() -> database.number("SELECT count(*) FROM outgoing_messages") == 0);
  }

  private static JsonObject body(Message message) {
    try (JsonReader reader = Json.createReader(new StringReader(((TextMessage) message).getText()))) {
      return reader.readObject();
    } catch (JMSException e) {
      throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
    }
  }
}
