package org.zimage.message;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.UUID;

/**
 * Where, and under which name, a request is answered.
 *
 * @param destination null when nobody waits for an answer
 * @param correlationId the sender's own, otherwise the request's message id; null when it has neither
 * @param request the request's message id: the same when it is delivered again; random for a message that has none
 */
record ReturnAddress(Address destination, String correlationId, String request) {
  static ReturnAddress of(Message message) throws JMSException {
    String id = storable(message.getJMSMessageID());
    String correlation = storable(message.getJMSCorrelationID());
    return new ReturnAddress(Address.replyTo(message), correlation == null ? id : correlation,
        id == null ? UUID.randomUUID().toString() : id);
  }

  /** PostgreSQL's text does not hold NUL, and without an answer in the outbox the message would come again and again. */
  private static String storable(String text) {
    return text == null ? null : text.replace('\0', '\uFFFD');
  }
}
