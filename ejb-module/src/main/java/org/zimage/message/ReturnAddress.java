package org.zimage.message;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Where, and under which name, a request is answered.
 *
 * @param destination null when nobody waits for an answer
 * @param correlationId the sender's own, otherwise the request's message id; null when it has neither
 * @param request the request's message id: the same when it is delivered again; random for a message that has none
 */
record ReturnAddress(Address destination, String correlationId, String request) {
  /** Brokers refuse messages whose headers are much longer, and so could not take an answer. */
  private static final int MAX_CORRELATION_ID = 4096;
  private static final int MAX_REQUEST = 255;
  /** Where Artemis keeps the message id that AMQP's sender gave: JMS hands over one of the broker's own making. */
  private static final String SENDERS_MESSAGE_ID = "NATIVE_MESSAGE_ID";
  /** What an id of another type than text looks like as text, and one that is no message id of JMS: "AMQP Bindings to JMS". */
  private static final String ENCODED = "ID:AMQP_";
  private static final String BINARY = ENCODED + "BINARY:";
  private static final Pattern IS_BINARY = Pattern.compile(BINARY + "(?:[0-9A-Fa-f]{2})++");
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** Of a message that is not answered. */
  static ReturnAddress nobody(Message message) throws JMSException {
    String id = messageId(message);
    String correlation = correlationId(message);
    return new ReturnAddress(null, start(StorableText.of(correlation == null ? id : correlation)),
        id == null ? UUID.randomUUID().toString() : request(id));
  }

  /** @throws UnreadableMessage when it wants its answer where none may be sent, or under a name that is too long */
  static ReturnAddress of(Message message, ReplyAddresses allowed) throws JMSException {
    Address replyTo = Address.replyTo(message);
    if (replyTo == null) {
      return nobody(message);
    }
    allowed.require(replyTo);
    String correlation = correlationId(message);
    if (correlation != null && correlation.length() > MAX_CORRELATION_ID) {
      throw new UnreadableMessage(UnreadableMessage.TOO_LARGE, "JMSCorrelationID has at most " + MAX_CORRELATION_ID
          + " characters (got " + correlation.length() + ")");
    }
    ReturnAddress back = nobody(message);
    return new ReturnAddress(replyTo, back.correlationId(), back.request());
  }

  /** The sender's name for the message, otherwise the broker's; null where it has none. */
  static String messageId(Message message) throws JMSException {
    try {
      String given = message.getStringProperty(SENDERS_MESSAGE_ID);
      return given == null ? message.getJMSMessageID() : given;
    } catch (MessageFormatException noText) {
      return message.getJMSMessageID(); // the property is the sender's own, of a protocol that has no such id
    }
  }

  private static String correlationId(Message message) throws JMSException {
    String text = message.getJMSCorrelationID();
    byte[] binary = text == null ? message.getJMSCorrelationIDAsBytes() : null;
    return binary == null || binary.length == 0 ? text : BINARY + HEX.formatHex(binary);
  }

  /** Writes a correlation id into an answer as it was in the request, bytes as bytes. */
  static void correlate(Message answer, String correlationId) throws JMSException {
    if (correlationId != null && IS_BINARY.matcher(correlationId).matches()) {
      answer.setJMSCorrelationIDAsBytes(HEX.parseHex(correlationId, BINARY.length(), correlationId.length()));
    } else {
      answer.setJMSCorrelationID(correlationId);
    }
  }

  private static String request(String id) {
    return id.length() > MAX_REQUEST ? UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString()
        : StorableText.of(id);
  }

  /** An encoded id without its end would be another one, or none that the broker can send. */
  private static String start(String id) {
    if (id == null || id.length() <= MAX_CORRELATION_ID) {
      return id;
    }
    return id.startsWith(ENCODED) ? null : id.substring(0, MAX_CORRELATION_ID);
  }
}
