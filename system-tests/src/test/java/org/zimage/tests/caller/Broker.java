package org.zimage.tests.caller;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/**
 * The message broker as other systems see it.
 *
 * @param address {@code host:port}
 * @param nodesPassword of the nodes' account; null where the broker asks for none
 */
public record Broker(String address, String nodesPassword) {
  private static final long PATIENCE_MILLIS = 120_000;

  /** As a program of anybody on this machine. */
  public JMSContext connect() {
    return new ActiveMQConnectionFactory("tcp://" + address).createContext();
  }

  /** With the account that may do everything. */
  public JMSContext connectAsNode() {
    return nodesPassword == null ? connect()
        : new ActiveMQConnectionFactory("tcp://" + address).createContext("zimage", nodesPassword);
  }

  /** The next message, which must come. */
  public static Message next(JMSConsumer consumer) {
    Message message = consumer.receive(PATIENCE_MILLIS);
    assertThat(message).as("a message within " + PATIENCE_MILLIS + " ms").isNotNull();
    return message;
  }

  public static JsonObject body(Message message) {
    try (JsonReader reader = Json.createReader(new StringReader(message.getBody(String.class)))) {
      return reader.readObject();
    } catch (JMSException e) {
      throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
    }
  }

  public static String property(Message message, String name) {
    try {
      return message.getStringProperty(name);
    } catch (JMSException e) {
      throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
    }
  }
}
