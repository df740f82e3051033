package org.zimage.message;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.TextMessage;
import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.message.Outbox.MessageAdded;
import org.zimage.message.Outbox.Taken;

/**
 * Brings the outbox to the broker, off the threads that fill it. While the broker is away messages wait in the database. What a
 * broker that is well refuses for some seconds is dropped, with one line in the log: its receiver is gone.
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
  private static final long FIRST_PAUSE_MILLIS = 250;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;
  private static final long STOP_MILLIS = 3_000;

  private final Outbox outbox;
  private final ConnectionFactory connections;
  private final ThreadFactory threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  /** Guarded by the lock, as the next two. */
  private boolean wanted;
  private boolean stopped;
  private Thread thread;

  protected Relay() {
    this(null, null, null);
  }

  @Inject
  public Relay(Outbox outbox, ConnectionFactory connections, ThreadFactory threads) {
    this.outbox = outbox;
    this.connections = connections;
    this.threads = threads;
  }

  void accept(@Observes(during = TransactionPhase.AFTER_SUCCESS) MessageAdded event) {
    wake();
  }

  /** Looks into the outbox soon; returns at once. */
  public void wake() {
    lock.lock();
    try {
      if (stopped) {
        return;
      }
      wanted = true;
      if (thread == null) {
        thread = threads.newThread(this::run);
        thread.setName("zimage-relay");
        thread.start();
      }
      woken.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread; what it has not sent stays in the database. */
  @PreDestroy
  public void stop() {
    Thread running;
    lock.lock();
    try {
      stopped = true;
      running = thread;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
    if (running == null) {
      return;
    }
    try {
      running.join(STOP_MILLIS);
      if (running.isAlive()) {
        LOG.warning("The relay is still sending; its thread is interrupted");
        running.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long pause = 0;
    try {
      while (awaitWork(pause)) {
        pause = empty(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until somebody wants work, but at least as long as the pause; false when there is nothing more to do. */
  private boolean awaitWork(long pauseMillis) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(pauseMillis);
      while (!stopped && (!wanted || left > 0)) {
        if (left > 0) {
          left = woken.awaitNanos(left);
        } else {
          woken.await();
        }
      }
      wanted = false;
      return !stopped;
    } finally {
      lock.unlock();
    }
  }

  private boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  /** Sends until nothing is due; returns how long to pause when the broker or the database is away, otherwise 0. */
  private long empty(long lastPause) {
    try {
      for (List<Taken> next = outbox.take(BATCH); !next.isEmpty() && !isStopped(); next = outbox.take(BATCH)) {
        send(next);
        if (lastPause > 0) {
          LOG.info("Messages to other systems are sent again");
        }
        lastPause = 0;
      }
      return 0;
    } catch (RuntimeException e) {
      if (lastPause == 0) {
        LOG.log(Level.WARNING, "Messages to other systems cannot be sent at the moment and wait in the database: {0}",
            e.toString());
      }
      wake();
      return lastPause == 0 ? FIRST_PAUSE_MILLIS : Math.min(2 * lastPause, LONGEST_PAUSE_MILLIS);
    }
  }

  private void send(List<Taken> messages) {
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
    try {
      send(context, taken.message());
      return true;
    } catch (JMSRuntimeException refusal) {
      requireWell(context);
      OutgoingMessage message = taken.message();
      if (taken.attempts() < MAX_REFUSALS) {
        outbox.postpone(taken, 1 << taken.attempts());
        return false;
      }
      int dropped = outbox.drop(message.destination());
      LOG.warning(() -> "Answers to " + message.destination() + " are dropped, " + dropped + " that waited and those to come: "
          + "the broker keeps refusing them (" + refusal.getMessage() + ")");
      return true;
    }
  }

  /** @throws JMSRuntimeException when the broker does not even know our own topic */
  private static void requireWell(JMSContext context) {
    context.createTopic(TaskEvents.TOPIC);
  }

  private static void send(JMSContext context, OutgoingMessage message) {
    TextMessage text = context.createTextMessage(message.body());
    try {
      for (Map.Entry<String, JsonValue> property : message.properties().entrySet()) {
        setProperty(text, property.getKey(), property.getValue());
      }
      text.setStringProperty("type", message.type());
      text.setStringProperty(DUPLICATE_ID, message.id().toString());
      text.setJMSCorrelationID(message.correlationId());
    } catch (JMSException e) {
      throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
    }
    context.createProducer().send(message.destination().in(context), text);
  }

  private static void setProperty(TextMessage text, String name, JsonValue value) throws JMSException {
    if (value instanceof JsonNumber number) {
      text.setIntProperty(name, number.intValueExact());
    } else if (value instanceof JsonString string) {
      text.setStringProperty(name, string.getString());
    } else {
      throw new IllegalArgumentException("A property is a string or a whole number (got " + name + "=" + value + ")");
    }
  }
}
