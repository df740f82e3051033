package org.zimage.task.dispatch;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.Collection;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.zimage.broker.BrokerFailure;
import org.zimage.broker.BrokerWatch;
import org.zimage.broker.SendingTransaction;
import org.zimage.task.TaskId;

/**
 * The queue that brings tasks to workers. A message says only "look at this task", so that a lost or doubled message changes nothing.
 *
 * <p>Thread-safe: every call takes a connection of its own from the server's pool.
 */
@ApplicationScoped
public class WorkQueue {
  public static final String NAME = "zimage.generate";

  /** Selects, among dead letters, the messages that the broker has moved out of this queue; Artemis names it so. */
  public static final String DIED_THERE = "_AMQ_ORIG_ADDRESS = '" + NAME + "'";

  /** The messages' property that names the task's model; without it any worker may take the task. */
  private static final String MODEL = "model";

  /** What one look at the queue reads at most. */
  private static final int BROWSE_LIMIT = 20_000;

  private static final String SEND = "send to " + NAME;
  private static final String BROWSE = "browse " + NAME;

  private final ConnectionFactory connections;
  private final SendingTransaction transaction;
  private final BrokerWatch broker;
  /** The broker is asked for it once, not for every task; null before. Destinations may be used by all threads. */
  private volatile Queue queue;

  protected WorkQueue() {
    this(null, null, null);
  }

  @Inject
  public WorkQueue(ConnectionFactory connections, SendingTransaction transaction, BrokerWatch broker) {
    this.connections = connections;
    this.transaction = transaction;
    this.broker = broker;
  }

  /**
   * Puts messages into the queue, all or none. Those of a call that failed may be sent again.
   *
   * @throws JMSRuntimeException when the broker cannot be reached
   */
  public void send(Collection<Backlog.Undelivered> tasks) {
    try {
      transaction.send(session -> send(tasks, session));
      broker.works(SEND);
    } catch (JMSRuntimeException e) {
      broker.failsAsSaid(SEND, e);
      throw e;
    }
  }

  private void send(Collection<Backlog.Undelivered> tasks, Session session) throws JMSException {
    try (MessageProducer producer = session.createProducer(queue(session))) {
      for (Backlog.Undelivered task : tasks) {
        TextMessage message = session.createTextMessage(task.id().value());
        if (task.model() != null) {
          message.setStringProperty(MODEL, task.model());
        }
        producer.setPriority(task.priority());
        producer.send(message);
      }
    }
  }

  /** Selects the messages for workers with this model: those that name it, and those for any model. */
  public static String selectorOf(String model) {
    return MODEL + " IS NULL OR " + MODEL + " = '" + model.replace("'", "''") + "'";
  }

  private Queue queue(Session session) throws JMSException {
    Queue known = queue;
    if (known == null) {
      known = session.createQueue(NAME);
      queue = known;
    }
    return known;
  }

  /**
   * The tasks that have a message in the queue; messages that a worker holds do not count.
   *
   * @return empty when the queue is too long to be read
   * @throws JMSSecurityRuntimeException when the broker does not let us read it
   * @throws JMSRuntimeException when the broker cannot be reached
   */
  public Optional<Set<TaskId>> content() {
    try {
      Optional<Set<TaskId>> content = read();
      broker.works(BROWSE);
      return content;
    } catch (JMSRuntimeException e) {
      broker.fails(BROWSE, e);
      throw e;
    }
  }

  private Optional<Set<TaskId>> read() {
    try (JMSContext context = connections.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        QueueBrowser browser = context.createBrowser(context.createQueue(NAME))) {
      Set<TaskId> ids = new HashSet<>();
      Enumeration<?> messages = browser.getEnumeration();
      while (messages.hasMoreElements()) {
        if (ids.size() >= BROWSE_LIMIT) {
          return Optional.empty();
        }
        if (messages.nextElement() instanceof TextMessage message) {
          TaskId.parse(message.getText()).ifPresent(ids::add);
        }
      }
      return Optional.of(ids);
    } catch (JMSException e) {
      throw BrokerFailure.unchecked(e);
    }
  }

  /** The task a message tells to look at; empty for messages that are none of ours. */
  public static Optional<TaskId> read(Message message) throws JMSException {
    return message instanceof TextMessage text ? TaskId.parse(text.getText()) : Optional.empty();
  }
}
