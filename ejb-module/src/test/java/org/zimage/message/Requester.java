package org.zimage.message;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.zimage.platform.Platform;

/**
 * A program that asks by messages, and hears the answers at a queue of its own. Owns a connection. Used by one thread.
 */
final class Requester implements AutoCloseable {
  static final String CAT = "{\"prompt\": \"a cat\", \"seed\": 7}";
  static final String KEY = "client-key-1";
  static final long PATIENCE_MILLIS = 20_000;

  private final Requests requests;
  private final JMSContext context;
  private final Queue replies;
  private final JMSConsumer replyConsumer;
  private JMSConsumer requestConsumer;

  /** @param requests takes the messages, as from its listener */
  Requester(Requests requests) {
    this.requests = requests;
    context = Platform.servers().connectionFactory().createContext(JMSContext.CLIENT_ACKNOWLEDGE);
    replies = context.createTemporaryQueue();
    replyConsumer = context.createConsumer(replies);
  }

  JMSContext context() {
    return context;
  }

  @Override
  public void close() {
    context.close();
  }

  TextMessage request(String json) throws JMSException {
    TextMessage message = context.createTextMessage(json);
    prepare(message);
    return message;
  }

  TextMessage request(String json, String replyQueue) throws JMSException {
    TextMessage message = request(json);
    message.setJMSReplyTo(context.createQueue(replyQueue));
    return message;
  }

  Message prepare(Message message) throws JMSException {
    if (!message.propertyExists("auth_key")) {
      message.setStringProperty("auth_key", KEY);
    }
    message.setJMSReplyTo(replies);
    return message;
  }

  /** Sends a message and lets the application take it as its listener would. */
  Message take(Message message) throws JMSException {
    Message received = send(message);
    requests.take(received);
    context.acknowledge();
    return received;
  }

  Message send(Message message) {
    context.createProducer().send(context.createQueue(Requests.QUEUE), message);
    return receive();
  }

  /** The next request. Its consumer stays open until the one after it: the body of a long message is read from it. */
  Message receive() {
    if (requestConsumer != null) {
      requestConsumer.close();
    }
    requestConsumer = context.createConsumer(context.createQueue(Requests.QUEUE));
    Message message = requestConsumer.receive(PATIENCE_MILLIS);
    assertThat(message).isNotNull();
    return message;
  }

  Message reply() {
    Message message = replyConsumer.receive(PATIENCE_MILLIS);
    assertThat(message).as("an answer within " + PATIENCE_MILLIS + " ms").isNotNull();
    return message;
  }

  /** An answer that is there already; null otherwise. */
  Message answerNow() {
    return replyConsumer.receiveNoWait();
  }

  static JsonObject body(Message message) {
    try (JsonReader reader = Json.createReader(new StringReader(((TextMessage) message).getText()))) {
      return reader.readObject();
    } catch (JMSException e) {
      throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
    }
  }
}
