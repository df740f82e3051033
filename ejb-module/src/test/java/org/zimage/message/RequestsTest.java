package org.zimage.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StoredPicture;
import org.zimage.picture.encoding.EncodedPicture;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.settings.Settings;
import org.zimage.system.Workers;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.TaskLedger;

@ExtendWith(Platform.class)
class RequestsTest {
  private static final StoredPicture PICTURE = new StoredPicture("0123456789abcdef0123456789abcdef",
      "/pictures/20260101/120000_x.png", "/pictures/20260101/120000_x.webp", new RelativePath("20260101/120000_x.png"),
      new RelativePath("20260101/120000_x.webp"));

  private final Database database = new Database();
  private final Requests requests = Platform.bean(Requests.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final Requester requester = new Requester(requests);
  private Caller client;

  @BeforeEach
  void register() {
    client = Platform.bean(Callers.class).identify(Requester.KEY, Origin.NODE);
  }

  @AfterEach
  void disconnect() {
    requester.close();
  }

  @Test
  void theAuditHasWhatCameByMessage() throws Exception {
    requester.take(requester.request(Requester.CAT));
    requester.take(requester.request("{\"prompt\": \"\"}"));
    TextMessage ofAStranger = requester.request(Requester.CAT);
    ofAStranger.setStringProperty("auth_key", "");
    requester.take(ofAStranger);

    assertThat(database.rows("SELECT concat_ws(' ', actor, actor_id, deed, outcome, status) AS text FROM audit_records WHERE door = 'jms' "
        + "ORDER BY id")).extracting(row -> row.get("text")).containsExactly("client " + client.clientId() + " task.submit accepted",
            "client " + client.clientId() + " task.submit refused 422", "stranger task.submit refused 401");
  }

  @Test
  void aRequestIsATaskOfItsClientAndAcceptedAndCompletedUnderItsCorrelationId() throws Exception {
    TextMessage request = requester.request(Requester.CAT);
    request.setJMSCorrelationID("order-17");
    requester.take(request);

    Message accepted = requester.reply();
    JsonObject answer = Requester.body(accepted);
    TaskId task = new TaskId(answer.getString("task_id"));
    assertThat(accepted.getStringProperty("type")).isEqualTo("accepted");
    assertThat(accepted.getJMSCorrelationID()).isEqualTo("order-17");
    assertThat(answer).hasToString(
        "{\"task_id\":\"%s\",\"status_url\":\"/v1/tasks/%1$s\",\"image_url\":null}".formatted(task));
    assertThat(database.task(task)).containsEntry("prompt", "a cat").containsEntry("seed", 7L)
        .containsEntry("height", 1024);
    assertThat(database.batchOf(task)).containsEntry("api_client_id", client.clientId());

    ledger.succeed(ledger.claim(task, "worker").orElseThrow().claim(), PICTURE);

    Message completed = requester.reply();
    assertThat(completed.getStringProperty("type")).isEqualTo("completed");
    assertThat(completed.getJMSCorrelationID()).isEqualTo("order-17");
    assertThat(completed.getStringProperty("task_id")).isEqualTo(task.value());
    assertThat(Requester.body(completed).getString("status")).isEqualTo("SUCCESS");
    assertThat(Requester.body(completed).getString("image_url")).isEqualTo("/generated-images/20260101/120000_x.webp");
    assertThat(Requester.body(completed).getJsonObject("result").getString("auth_key")).as("never the key itself")
        .isEqualTo(client.clientId());
  }

  @Test
  void aRequestForAPictureThatIsThereIsAcceptedAndCompletedAtOnce() throws Exception {
    String again = "{\"prompt\": \"a cat\", \"seed\": 7, \"reuse\": true}";
    Platform.bean(Workers.class).seen("worker", "nano", null, null);
    Platform.bean(Workers.class).toldManner("worker", "its manner");
    requester.take(requester.request(again));
    TaskId drawn = new TaskId(Requester.body(requester.reply()).getString("task_id"));
    ledger.succeed(ledger.claim(drawn, "worker").orElseThrow().claim(), Platform.bean(ImageStore.class).store(PICTURE.imageId(),
        Instant.EPOCH, new EncodedPicture(new byte[] {1}, new byte[] {2})));
    requester.reply();

    requester.take(requester.request(again));

    assertThat(requester.reply().getStringProperty("type")).isEqualTo("accepted");
    Message completed = requester.reply();
    assertThat(completed.getStringProperty("type")).isEqualTo("completed");
    assertThat(completed.getStringProperty("task_id")).isNotEqualTo(drawn.value());
    assertThat(Requester.body(completed).getJsonObject("result").getString("reused_from")).isEqualTo(drawn.value());
  }

  @Test
  void withoutACorrelationIdTheMessageIdIsUsed() throws Exception {
    Message sent = requester.take(requester.request(Requester.CAT));

    assertThat(requester.reply().getJMSCorrelationID()).isEqualTo(sent.getJMSMessageID());
  }

  @Test
  void aCorrelationIdOfBytesComesBackAsBytes() throws Exception {
    byte[] order = {(byte) 0xFF, 0, 17};
    TextMessage request = requester.request(Requester.CAT);
    request.setJMSCorrelationIDAsBytes(order);
    requester.take(request);

    Message accepted = requester.reply();
    assertThat(accepted.getJMSCorrelationIDAsBytes()).isEqualTo(order);
    ledger.cancelWaiting(new TaskId(Requester.body(accepted).getString("task_id")));
    assertThat(requester.reply().getJMSCorrelationIDAsBytes()).isEqualTo(order);
  }

  @Test
  void aRequestThatItsSenderSendsAgainFromAnotherConnectionIsAnsweredThere() throws Exception {
    // As a message of AMQP comes that names itself; its sender lost its connection before it heard an answer
    Message first = requester.request(Requester.CAT);
    first.setStringProperty("NATIVE_MESSAGE_ID", "ID:AMQP_NO_PREFIX:order-17");
    requester.take(first);
    String task = Requester.body(requester.reply()).getString("task_id");
    try (Requester again = new Requester(requests)) {
      Message second = again.request(Requester.CAT);
      second.setStringProperty("NATIVE_MESSAGE_ID", "ID:AMQP_NO_PREFIX:order-17");
      again.take(second);

      Message accepted = again.reply();
      assertThat(Requester.body(accepted).getString("task_id")).isEqualTo(task);
      assertThat(accepted.getJMSCorrelationID()).isEqualTo("ID:AMQP_NO_PREFIX:order-17");
      ledger.cancelWaiting(new TaskId(task));
      assertThat(again.reply().getStringProperty("type")).isEqualTo("completed");
    }
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isOne();
  }

  @Test
  void theEndOfACancelledTaskIsToldToo() throws Exception {
    requester.take(requester.request(Requester.CAT));
    ledger.cancelWaiting(new TaskId(Requester.body(requester.reply()).getString("task_id")));

    assertThat(Requester.body(requester.reply()).getString("status")).isEqualTo("REVOKED");
  }

  @Test
  void whoWantsNoAnswerGetsNone() throws Exception {
    TextMessage request = requester.request(Requester.CAT);
    request.setJMSReplyTo(null);
    requester.take(request);

    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isOne();
    assertThat(database.number("SELECT count(*) FROM outgoing_messages WHERE type = 'accepted'")).isZero();
  }

  @Test
  void aMessageThatIsDeliveredAgainIsTheSameTaskAndAnsweredOnce() throws Exception {
    Message message = requester.send(requester.request(Requester.CAT));
    requests.take(message);
    requester.context().recover();
    Message again = requester.receive();
    assertThat(again.getJMSRedelivered()).isTrue();
    requests.take(again);
    requester.context().acknowledge();

    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isOne();
    assertThat(requester.reply().getStringProperty("type")).isEqualTo("accepted");
    awaitEmptyOutbox();
    assertThat(requester.answerNow()).isNull();
  }

  @Test
  void anotherRequestWithTheSameIdempotencyKeyIsAnsweredWithTheFirstTask() throws Exception {
    TextMessage first = requester.request(Requester.CAT);
    first.setStringProperty("idempotency_key", "order-17");
    requester.take(first);
    JsonObject answer = Requester.body(requester.reply());
    ledger.cancelWaiting(new TaskId(answer.getString("task_id")));
    assertThat(requester.reply().getStringProperty("type")).isEqualTo("completed");
    TextMessage second = requester.request(Requester.CAT);
    second.setStringProperty("idempotency_key", "order-17");
    second.setJMSCorrelationID("again");
    requester.take(second);

    List<Message> answers = List.of(requester.reply(), requester.reply());

    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isOne();
    assertThat(answers).extracting(message -> message.getStringProperty("type"))
        .containsExactlyInAnyOrder("accepted", "completed");
    assertThat(answers).allSatisfy(message -> assertThat(message.getJMSCorrelationID()).isEqualTo("again"));
    assertThat(answers).allSatisfy(message ->
        assertThat(Requester.body(message).getString("task_id")).isEqualTo(answer.getString("task_id")));
  }

  @Test
  void twoMessagesWithTheSameTextAreTwoTasks() throws Exception {
    requester.take(requester.request(Requester.CAT));
    requester.take(requester.request(Requester.CAT));

    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isEqualTo(2);
  }

  @Test
  void textInBytesIsReadAsOtherProtocolsSendIt() throws Exception {
    var request = requester.context().createBytesMessage();
    request.writeBytes("{\"prompt\": \"eine Möwe\"}".getBytes(StandardCharsets.UTF_8));
    requester.prepare(request);
    requester.take(request);

    assertThat(database.task(new TaskId(Requester.body(requester.reply()).getString("task_id"))))
        .containsEntry("prompt", "eine Möwe");
  }

  @Test
  void howOftenTheBrokerHasDeliveredAMessageDoesNotMatterWhileNothingWasTried() throws Exception {
    requester.send(requester.request(Requester.CAT));
    for (int delivery = 0; delivery < 8; delivery++) {
      requester.context().recover();
      requester.receive();
    }
    requester.context().recover();
    requests.take(requester.receive());
    requester.context().acknowledge();

    assertThat(requester.reply().getStringProperty("type")).isEqualTo("accepted");
    assertThat(database.number("SELECT count(*) FROM message_attempts")).isZero();
  }

  @Test
  void whatHasEndedTheProcessAgainAndAgainIsGivenUp() throws Exception {
    Message message = requester.send(requester.request(Requester.CAT));
    String name = IncomingRequest.read(message, Settings.DEFAULT_MAX_INPUT_BYTES).name();
    for (int delivery = 2; delivery <= 4; delivery++) {
      Platform.bean(Attempts.class).begin(name, delivery); // as far as a process gets that dies while it handles the message
      requester.context().recover();
      requester.receive();
    }
    requester.context().recover();
    Message fifth = requester.receive();
    assertThat(fifth.getIntProperty("JMSXDeliveryCount")).isEqualTo(5);
    requests.take(fifth);
    requester.context().acknowledge();

    Message rejected = requester.reply();
    assertThat(rejected.getStringProperty("type")).isEqualTo("rejected");
    assertThat(Requester.body(rejected).getString("detail")).contains("delivered 5 times").contains("given up");
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isZero();
  }

  @Test
  void answersWaitForABrokerThatIsAway() throws Exception {
    Message message = requester.send(requester.request("{\"prompt\": \"a cat\"}", "shop.replies." + UUID.randomUUID()));
    String destination = ((Queue) message.getJMSReplyTo()).getQueueName();
    requester.context().acknowledge();
    Platform.servers().stopBroker();
    requests.take(message);
    assertThat(database.number("SELECT count(*) FROM outgoing_messages WHERE type = 'accepted'")).isOne();

    Platform.servers().startBroker();

    try (JMSContext later = Platform.servers().connectionFactory().createContext();
        JMSConsumer consumer = later.createConsumer(later.createQueue(destination))) {
      assertThat(consumer.receive(Requester.PATIENCE_MILLIS).getStringProperty("type")).isEqualTo("accepted");
    }
  }

  @Test
  void aReplyQueueThatIsGoneHoldsNobodyUp() throws Exception {
    JMSContext visitor = Platform.servers().connectionFactory().createContext();
    Queue gone = visitor.createTemporaryQueue();
    String goneName = gone.getQueueName();
    TextMessage request = requester.request(Requester.CAT);
    request.setJMSReplyTo(gone);
    requester.take(request);
    visitor.close();
    await().until(() -> !Platform.servers().queues().contains(goneName));
    ledger.cancelWaiting(onlyTask());
    requester.take(requester.request(Requester.CAT));

    assertThat(requester.reply().getStringProperty("type")).isEqualTo("accepted");
    await().atMost(Duration.ofSeconds(60)).until(() -> {
      Platform.bean(Relay.class).wake();
      return database.number("SELECT count(*) FROM outgoing_messages") == 0;
    });
    assertThat(database.rows("SELECT destination FROM reply_addresses"))
        .extracting(row -> row.get("destination")).noneMatch(destination -> destination.toString().contains(goneName));
    assertThat(Platform.servers().queues()).noneMatch(queue -> queue.contains(goneName));
  }

  private TaskId onlyTask() {
    return new TaskId((String) database.row("SELECT task_id FROM image_generation_tasks").get("task_id"));
  }

  private void awaitEmptyOutbox() {
    await().until(() -> database.number("SELECT count(*) FROM outgoing_messages") == 0);
  }
}
