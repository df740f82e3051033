package org.zimage.message;

import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.Locale;

/** Where a message goes, as text that outlives connections: {@code queue:NAME} or {@code topic:NAME}. */
public record Address(Kind kind, String name) {
  /** The two kinds of destinations. */
  public enum Kind { QUEUE, TOPIC }

  /** What the names of this system's own queues and topics begin with. */
  static final String OURS = "zimage.";

  public static Address queue(String name) {
    return new Address(Kind.QUEUE, name);
  }

  public static Address topic(String name) {
    return new Address(Kind.TOPIC, name);
  }

  /**
   * Where a message wants its answer; null for none.
   *
   * @throws MessageFormatException for one that wants it at something that is no text
   */
  static Address replyTo(Message message) throws JMSException {
    Destination destination = destination(message);
    if (destination instanceof Queue queue) {
      return queue(queue.getQueueName());
    }
    if (destination instanceof Topic topic) {
      return topic(topic.getTopicName());
    }
    // STOMP clients give a bare name; what Artemis makes of it is neither of the two and does not tell its name
    String name = destination == null ? null : message.getStringProperty("JMSReplyTo");
    return name == null ? null : queue(name);
  }

  /** The property may be of any type when another protocol brings it; Artemis has an exception of its own for that. */
  private static Destination destination(Message message) throws JMSException {
    try {
      return message.getJMSReplyTo();
    } catch (RuntimeException noText) {
      MessageFormatException refusal = new MessageFormatException("The reply address is no text: " + noText.getMessage());
      refusal.initCause(noText);
      throw refusal;
    }
  }

  /** @throws IllegalArgumentException for a text that {@link #toString} has not written */
  static Address parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("An address is queue:NAME or topic:NAME (got " + text + ")");
    }
    return new Address(Kind.valueOf(text.substring(0, colon).toUpperCase(Locale.ROOT)), text.substring(colon + 1));
  }

  /** Whether it is one of this system's own, not somebody's who asked. */
  boolean isOurs() {
    return name.startsWith(OURS);
  }

  Destination in(JMSContext context) {
    return kind == Kind.QUEUE ? context.createQueue(name) : context.createTopic(name);
  }

  Destination in(Session session) throws JMSException {
    return kind == Kind.QUEUE ? session.createQueue(name) : session.createTopic(name);
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + ":" + name;
  }
}
