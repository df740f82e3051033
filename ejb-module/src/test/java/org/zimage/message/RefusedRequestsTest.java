package org.zimage.message;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;

/** Messages that are no requests. */
@ExtendWith(Platform.class)
class RefusedRequestsTest {
  private final Database database = new Database();
  private final Requester requester = new Requester(Platform.bean(Requests.class));

  @AfterEach
  void disconnect() {
    requester.close();
  }

  @Test
  void anInvalidRequestIsRejectedWithTheBodyOfHttp() throws Exception {
    TextMessage request = requester.request("{\"prompt\": \"a cat\", \"height\": 1}");
    request.setJMSCorrelationID("order-17");
    requester.take(request);

    Message rejected = requester.reply();
    assertThat(rejected.getStringProperty("type")).isEqualTo("rejected");
    assertThat(rejected.getIntProperty("status")).isEqualTo(422);
    assertThat(rejected.getJMSCorrelationID()).isEqualTo("order-17");
    assertThat(Requester.body(rejected)).hasToString("""
        {"detail":[{"type":"greater_than_equal","loc":["body","height"],\
        "msg":"Input should be greater than or equal to 64","input":1}]}""");
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isZero();
  }

  /** As the broker moves them to the dead letters. */
  @ParameterizedTest
  @CsvSource({"true, 408, its time to live was over", "false, 500, was delivered again and again"})
  void aRequestThatTheBrokerHasGivenUpIsRejected(boolean expired, int status, String reason) throws Exception {
    Message dead = requester.send(died(requester.request(Requester.CAT), expired));
    assertThat(Requests.hasDied(dead)).isTrue();
    Platform.bean(Requests.class).takeDead(dead);
    requester.context().acknowledge();

    Message rejected = requester.reply();
    assertThat(rejected.getStringProperty("type")).isEqualTo("rejected");
    assertThat(rejected.getIntProperty("status")).isEqualTo(status);
    assertThat(Requester.body(rejected).getString("detail")).contains(reason);
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isZero();
  }

  @Test
  void whatTheBrokerHasGivenUpAndNobodyWaitsForIsKeptWithoutItsKey() throws Exception {
    Message request = died(requester.request(Requester.CAT), true);
    request.setJMSReplyTo(requester.context().createQueue("zimage.generate"));
    Platform.bean(Requests.class).takeDead(requester.send(request));
    requester.context().acknowledge();

    try (JMSConsumer deadLetters = requester.context().createConsumer(requester.context().createQueue("zimage.dlq"))) {
      Message kept = deadLetters.receive(Requester.PATIENCE_MILLIS);
      assertThat(kept.getStringProperty("reason")).contains("expired");
      assertThat(((TextMessage) kept).getText()).isEqualTo(Requester.CAT);
      assertThat(kept.propertyExists("auth_key")).isFalse();
    }
  }

  @Test
  void aRequestThatExpiresAfterItBecameATaskIsNotRejected() throws Exception {
    TextMessage request = requester.request(Requester.CAT);
    request.setStringProperty("idempotency_key", "order-17");
    requester.take(request); // and its process dies before it can acknowledge it
    assertThat(requester.reply().getStringProperty("type")).isEqualTo("accepted");
    Message again = requester.request(Requester.CAT);
    again.setStringProperty("idempotency_key", "order-17");
    Platform.bean(Requests.class).takeDead(requester.send(died(again, true)));
    requester.context().acknowledge();

    assertThat(requester.reply().getStringProperty("type")).isEqualTo("accepted");
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isOne();
  }

  private static Message died(Message request, boolean expired) throws JMSException {
    request.setStringProperty("_AMQ_ORIG_ADDRESS", "zimage.requests");
    if (expired) {
      request.setLongProperty("_AMQ_ACTUAL_EXPIRY", 1);
    }
    return request;
  }

  /** Bad messages, with the status and a part of the answer. */
  static Stream<Arguments> badMessages() {
    return Stream.of(
        bad("malformed JSON", 422, "json_invalid", context -> context.createTextMessage("{\"prompt\": ")),
        bad("no text", 422, "Field required", JMSContext::createTextMessage),
        bad("a list", 422, "model_attributes_type", context -> context.createTextMessage("[]")),
        bad("an object", 415, "A request is a text message with JSON",
            context -> context.createObjectMessage("an object")),
        bad("a map", 415, "A request is a text message with JSON", JMSContext::createMapMessage),
        bad("nothing", 415, "A request is a text message with JSON", JMSContext::createMessage),
        bad("bytes that are no text", 422, "json_invalid", context -> bytes(context, new byte[] {(byte) 0xFF, 0, 1})),
        bad("a huge text", 413, "at most 1048576 bytes beside its pictures",
            context -> context.createTextMessage("x".repeat(2 << 20))),
        bad("huge bytes", 413, "at most 1048576 bytes beside its pictures", context -> bytes(context, new byte[2 << 20])),
        bad("text without end", 422, "json_invalid", context -> context.createTextMessage("[".repeat(100_000))),
        bad("thousands of bad characters", 422, "unable to parse raw data as a unicode string", context -> context
            .createTextMessage("{\"prompt\": \"a\", \"metadata\": {\"a\": [" + "\"\\ud800\",".repeat(4_090) + "1]}}")),
        bad("a number that is too long", 422, "must not exceed 1000 digits",
            context -> context.createTextMessage("{\"prompt\": \"a\", \"metadata\": {\"x\": 1e1200}}")),
        bad("a version without end", 415, "xxx… of requests is not known",
            context -> with(context.createTextMessage(Requester.CAT), "version", "x".repeat(10_000))),
        bad("a version that PostgreSQL does not store", 415, "of requests is not known",
            context -> with(context.createTextMessage(Requester.CAT), "version", "\0")),
        bad("an unknown version", 415, "Version 2 of requests is not known, only 1",
            context -> with(context.createTextMessage(Requester.CAT), "version", "2")),
        bad("a key that is too long", 403, "API key not allowed",
            context -> with(context.createTextMessage(Requester.CAT), "auth_key", "k".repeat(1000))),
        bad("no key", 401, "Missing API auth key",
            context -> with(context.createTextMessage(Requester.CAT), "auth_key", "")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badMessages")
  void aBadMessageIsRejectedWithItsReason(String name, int status, String part, Function<JMSContext, Message> message)
      throws Exception {
    requester.take(requester.prepare(message.apply(requester.context())));

    Message rejected = requester.reply();
    assertThat(rejected.getStringProperty("type")).isEqualTo("rejected");
    assertThat(rejected.getIntProperty("status")).isEqualTo(status);
    assertThat(Requester.body(rejected).get("detail").toString()).hasSizeLessThan(2_000).contains(part);
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badMessages")
  void aBadMessageThatNobodyWaitsForIsADeadLetterWithItsReason(String name, int status, String part,
      Function<JMSContext, Message> message) throws Exception {
    Message request = requester.prepare(message.apply(requester.context()));
    request.setJMSReplyTo(null);
    Message sent = requester.take(request);

    Message dead = deadLetter(sent);
    assertThat(dead.getStringProperty("reason")).isNotBlank();
    assertThat(dead.getIntProperty("status")).isEqualTo(status);
  }

  @Test
  void whoWantsAnswersWhereNoneMayBeSentIsADeadLetter() throws Exception {
    JMSContext context = requester.context();
    try (JMSConsumer events = context.createConsumer(context.createTopic(TaskEvents.TOPIC))) {
      TextMessage request = requester.request(Requester.CAT);
      request.setJMSReplyTo(context.createTopic(TaskEvents.TOPIC));
      Message dead = deadLetter(requester.take(request));

      assertThat(dead.getStringProperty("reason"))
          .isEqualTo("JMSReplyTo must be a temporary queue, or begin with one of ZIMAGE_REPLY_PREFIXES (got zimage.events)");
      assertThat(dead.getIntProperty("status")).isEqualTo(403);
      assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isZero();
      assertThat(events.receiveNoWait()).isNull();
    }
  }

  @Test
  void whatTheDatabaseCannotHoldIsReplacedAndAnswered() throws Exception {
    TextMessage request = requester.request("{\"prompt\": ");
    request.setJMSCorrelationID("order\0 17 \uD800");
    requester.take(request);

    assertThat(requester.reply().getJMSCorrelationID()).isEqualTo("order\uFFFD 17 \uFFFD");
  }

  @Test
  void aDeadLetterKeepsItsTextWithoutWhatTheDatabaseCannotHold() throws Exception {
    TextMessage request = requester.request("no \0 JSON \uDC00");
    request.setJMSReplyTo(null);

    assertThat(((TextMessage) deadLetter(requester.take(request))).getText()).isEqualTo("no \uFFFD JSON \uFFFD");
  }

  @Test
  void aCorrelationIdThatNoAnswerCouldCarryIsRefused() throws Exception {
    TextMessage request = requester.request(Requester.CAT);
    request.setJMSCorrelationID("x".repeat(20_000));

    assertThat(deadLetter(requester.take(request)).getStringProperty("reason"))
        .isEqualTo("JMSCorrelationID has at most 4096 characters (got 20000)");
  }

  private Message deadLetter(Message sent) throws JMSException {
    JMSContext context = requester.context();
    try (JMSConsumer deadLetters = context.createConsumer(context.createQueue(Replies.DEAD_LETTERS),
        "message_id = '" + sent.getJMSMessageID() + "'")) {
      Message dead = deadLetters.receive(Requester.PATIENCE_MILLIS);
      assertThat(dead).isNotNull();
      context.acknowledge();
      return dead;
    }
  }

  @Test
  void aCorrelationIdThatPostgresqlDoesNotStoreIsAnsweredAllTheSame() throws Exception {
    TextMessage request = requester.request("{\"prompt\": \"a cat\", \"height\": 1}");
    request.setJMSCorrelationID("order\0");
    requester.take(request);

    assertThat(requester.reply().getJMSCorrelationID()).isEqualTo("order\uFFFD");
  }

  @Test
  void aByteOrderMarkIsNoPartOfARequest() throws Exception {
    requester.take(requester.request("\uFEFF" + Requester.CAT));
    requester.take(requester.prepare(bytes(requester.context(), ("\uFEFF" + Requester.CAT).getBytes(StandardCharsets.UTF_8))));

    assertThat(requester.reply().getStringProperty("type")).isEqualTo("accepted");
    assertThat(requester.reply().getStringProperty("type")).isEqualTo("accepted");
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
}
