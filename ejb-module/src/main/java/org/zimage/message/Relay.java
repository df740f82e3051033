package org.zimage.message;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.logging.Logger;
import org.zimage.broker.BrokerFailure;
import org.zimage.broker.BrokerWatch;
import org.zimage.broker.SendingTransaction;
import org.zimage.message.Outbox.MessageAdded;
import org.zimage.message.Outbox.Taken;
import org.zimage.task.dispatch.SendingThread;

/**
 * Brings the outbox to the broker, off the threads that fill it. While the broker is away messages wait in the
 * database. What is due is sent together; if the broker refuses that, one by one. A message that a broker which is well refuses for some seconds is dropped, it alone, with one line in the
 * log; but one to our own addresses for which a permission is missing waits for that. Where the broker says that there is no such
 * queue, the receiver is gone, and its other messages with it.
 *
 * <p>Owns one thread, from the first message until {@link #stop}. Thread-safe.
 */
@ApplicationScoped
public class Relay {
  private static final Logger LOG = Logger.getLogger(Relay.class.getName());

  /** Artemis delivers a message that comes with the same value again only once. */
  private static final String DUPLICATE_ID = "_AMQ_DUPL_ID";

  private static final int BATCH = 100;
  private static final int MAX_REFUSALS = 4;
  /** Each pause is twice as long as the one before: the longest is about a minute. */
  private static final int MOST_DOUBLINGS = 6;

  private final Outbox outbox;
  private final ConnectionFactory connections;
  private final SendingTransaction transaction;
  private final BrokerWatch broker;
  private final SendingThread thread;

  protected Relay() {
    this(null, null, null, null, null);
  }

  @Inject
  public Relay(Outbox outbox, ConnectionFactory connections, SendingTransaction transaction, BrokerWatch broker,
      ThreadFactory threads) {
    this.outbox = outbox;
    this.connections = connections;
    this.transaction = transaction;
    this.broker = broker;
    this.thread = new SendingThread(Relay.class, "zimage-relay", "Messages to other systems", threads, this::sendSome);
  }

  void accept(@Observes(during = TransactionPhase.AFTER_SUCCESS) MessageAdded event) {
    wake();
  }

  /** Looks into the outbox soon; returns at once. */
  public void wake() {
    thread.wake();
  }

  /** Ends the thread; what it has not sent stays in the database. */
  @PreDestroy
  public void stop() {
    thread.stop();
  }

  private boolean sendSome() {
    List<Taken> next = outbox.take(BATCH);
    if (next.isEmpty()) {
      return false;
    }
    if (next.size() > 1 && sendTogether(next)) {
      outbox.remove(next);
    } else {
      sendOneByOne(next);
    }
    wake(); // of one subject only the first was taken
    return next.size() == BATCH;
  }

  /** @return false when at least one of them cannot be sent */
  private boolean sendTogether(List<Taken> messages) {
    try {
      transaction.send(session -> send(messages, session));
    } catch (IllegalArgumentException | ArithmeticException | JMSRuntimeException oneIsRefused) {
      return false;
    }
    messages.stream().map(taken -> taken.message().destination()).distinct().forEach(this::noteSuccess);
    return true;
  }

  private static void send(List<Taken> messages, Session session) throws JMSException {
    // The broker is asked for each destination once
    Map<Address, Destination> destinations = new HashMap<>();
    try (MessageProducer producer = session.createProducer(null)) {
      for (Taken taken : messages) {
        Address address = taken.message().destination();
        if (!destinations.containsKey(address)) {
          destinations.put(address, address.in(session));
        }
        TextMessage text = session.createTextMessage(taken.message().body());
        describe(text, taken.message());
        producer.send(destinations.get(address), text);
      }
    }
  }

  private void sendOneByOne(List<Taken> messages) {
    List<Taken> done = new ArrayList<>(messages.size());
    int tried = 0;
    try (JMSContext context = connections.createContext(JMSContext.AUTO_ACKNOWLEDGE)) {
      for (Taken message : messages) {
        tried++;
        if (sendOrPostpone(context, message)) {
          done.add(message);
        }
      }
    } catch (JMSRuntimeException brokerAway) {
      outbox.giveBack(messages.subList(Math.max(0, tried - 1), messages.size()));
      throw brokerAway;
    } finally {
      outbox.remove(done);
    }
  }

  /**
   * @return whether the message is done with: sent or dropped
   * @throws JMSRuntimeException when the broker is away
   */
  private boolean sendOrPostpone(JMSContext context, Taken taken) {
    boolean found = false;
    try {
      Destination destination = taken.message().destination().in(context);
      found = true;
      send(context, destination, taken.message());
      noteSuccess(taken.message().destination());
      return true;
    } catch (IllegalArgumentException | ArithmeticException unsendable) {
      dropAlone(taken.message(), unsendable);
      return true;
    } catch (JMSRuntimeException refusal) {
      requireWell(context);
      if (noteRefusal(taken.message().destination(), refusal) || taken.attempts() < MAX_REFUSALS) {
        outbox.postpone(taken, 1 << Math.min(taken.attempts(), MOST_DOUBLINGS));
        return false;
      }
      if (found && !(refusal instanceof InvalidDestinationRuntimeException) || taken.message().destination().isOurs()) {
        dropAlone(taken.message(), refusal);
      } else {
        dropAll(taken.message().destination(), refusal);
      }
      return true;
    }
  }

  private void noteSuccess(Address destination) {
    if (destination.isOurs()) {
      broker.works("send to " + destination.name());
    }
  }

  /**
   * Of other people's addresses nobody is told: a request may name any.
   *
   * @return whether it stays in the database until somebody gives this process the permission that it lacks at our own address
   */
  private boolean noteRefusal(Address destination, JMSRuntimeException refusal) {
    boolean isMissingPermission = destination.isOurs() && refusal instanceof JMSSecurityRuntimeException;
    if (isMissingPermission) {
      broker.fails("send to " + destination.name(), refusal);
    }
    return isMissingPermission;
  }

  private static void dropAlone(OutgoingMessage message, RuntimeException refusal) {
    LOG.warning(() -> "Message " + message.id() + " (" + message.type() + " of " + message.subject() + ") to "
        + message.destination() + " is dropped: it cannot be sent (" + refusal.getMessage() + ")");
  }

  private void dropAll(Address destination, RuntimeException refusal) {
    int dropped = outbox.drop(destination);
    LOG.warning(() -> "Answers to " + destination + " are dropped, " + dropped
        + " that waited and those to come: it is not there (" + refusal.getMessage() + ")");
  }

  /** @throws JMSRuntimeException when the broker does not even know our own topic */
  private static void requireWell(JMSContext context) {
    context.createTopic(TaskEvents.TOPIC);
  }

  private static void send(JMSContext context, Destination destination, OutgoingMessage message) {
    TextMessage text = context.createTextMessage(message.body());
    try {
      describe(text, message);
    } catch (JMSException e) {
      throw BrokerFailure.unchecked(e);
    }
    context.createProducer().send(destination, text);
  }

  private static void describe(TextMessage text, OutgoingMessage message) throws JMSException {
    for (Map.Entry<String, Object> property : message.properties().entrySet()) {
      setProperty(text, property.getKey(), property.getValue());
    }
    text.setStringProperty("type", message.type());
    text.setStringProperty(DUPLICATE_ID, message.id().toString());
    ReturnAddress.correlate(text, message.correlationId());
  }

  private static void setProperty(TextMessage text, String name, Object value) throws JMSException {
    if (value instanceof BigDecimal number) {
      text.setIntProperty(name, number.intValueExact());
    } else if (value instanceof String string) {
      text.setStringProperty(name, string);
    } else {
      throw new IllegalArgumentException("A property is a string or a whole number (got " + name + "=" + value + ")");
    }
  }
}
