package org.zimage.message;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

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

  /** Of a message that is not answered. */
  static ReturnAddress nobody(Message message) throws JMSException {
    String id = message.getJMSMessageID();
    String correlation = message.getJMSCorrelationID();
    return new ReturnAddress(null, start(StorableText.of(correlation == null ? id : correlation), MAX_CORRELATION_ID),
        id == null ? UUID.randomUUID().toString() : request(id));
  }

  /** @throws UnreadableMessage when it wants its answer where none may be sent, or under a name that is too long */
  static ReturnAddress of(Message message, ReplyAddresses allowed) throws JMSException {
    Address replyTo = Address.replyTo(message);
    if (replyTo == null) {
      return nobody(message);
    }
    allowed.require(replyTo);
    String correlation = message.getJMSCorrelationID();
    if (correlation != null && correlation.length() > MAX_CORRELATION_ID) {
      throw new UnreadableMessage(UnreadableMessage.TOO_LARGE, "JMSCorrelationID has at most " + MAX_CORRELATION_ID
          + " characters (got " + correlation.length() + ")");
    }
    ReturnAddress back = nobody(message);
    return new ReturnAddress(replyTo, back.correlationId(), back.request());
  }

  private static String request(String id) {
    return id.length() > MAX_REQUEST ? UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString()
        : StorableText.of(id);
  }

  private static String start(String text, int length) {
    return text == null || text.length() <= length ? text : text.substring(0, length);
  }
}
