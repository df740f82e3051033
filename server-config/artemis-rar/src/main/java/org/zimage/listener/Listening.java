package org.zimage.listener;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.lang.management.ManagementFactory;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.core.client.impl.ClientSessionInternal;
import org.apache.activemq.artemis.ra.ActiveMQResourceAdapter;
import org.apache.activemq.artemis.ra.inflow.ActiveMQActivation;
import org.apache.activemq.artemis.ra.inflow.ActiveMQActivationSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The consumers of one message-driven bean, each with a session of its own. Thread-safe. */
class Listening extends ActiveMQActivation implements ListeningMXBean {
  /** The selector, in its annotation, of a bean that gets no message before its application has called {@link #select}. */
  static final String NONE_YET = "1=0";

  private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
  private static final long NEVER = -1;
  /** Held by a field, because a logger that nobody holds is collected with its filter. */
  private static final java.util.logging.Logger ADAPTER =
      java.util.logging.Logger.getLogger("org.apache.activemq.artemis.ra.ActiveMQRALogger");
  /** The adapter's messages about a missing connection, each with a stack trace. This class reports it instead, once. */
  private static final Pattern SAID_HERE = Pattern.compile("AMQ(152004|152005|154003)\\b.*", Pattern.DOTALL);

  static {
    ADAPTER.setFilter(line -> line.getMessage() == null || !SAID_HERE.matcher(line.getMessage()).matches());
  }

  private final Queue<WatchedConsumer> consumers = new ConcurrentLinkedQueue<>();
  private final PausableDelivery delivery = new PausableDelivery();
  private final Object selecting = new Object();
  private final AtomicLong lost = new AtomicLong();
  private volatile long lostAt;
  private volatile long completeAt = System.nanoTime();
  private volatile String trouble;
  private volatile boolean awaitsSelector;

  Listening(ActiveMQResourceAdapter adapter, MessageEndpointFactory factory, ActiveMQActivationSpec spec)
      throws ResourceException {
    super(adapter, factory, spec);
    awaitsSelector = NONE_YET.equals(spec.getMessageSelector());
  }

  /** Makes the consumers, unless the application has yet to say for which messages. */
  void begin() throws ResourceException {
    if (!awaitsSelector) {
      start();
    }
  }

  @Override
  public void select(String selector) {
    // Not the lock of setup, which waits for the broker
    synchronized (selecting) {
      if (awaitsSelector) {
        begin(selector);
      } else if (!selector.equals(getActivationSpec().getMessageSelector())) {
        throw new IllegalStateException("The listener of " + queue() + " has the selector " + getActivationSpec().getMessageSelector());
      }
    }
  }

  private void begin(String selector) {
    getActivationSpec().setMessageSelector(selector);
    try {
      start();
    } catch (ResourceException e) {
      throw new IllegalStateException("The listener of " + queue() + " cannot be started: " + e.getMessage());
    }
    completeAt = System.nanoTime();
    awaitsSelector = false;
    LOG.info("The listener of {} takes messages with {}", queue(), selector);
  }

  /** Called by the adapter again and again, until it returns normally. */
  @Override
  protected void setup() throws Exception {
    try {
      super.setup();
      recover();
    } catch (Exception e) {
      note(e);
      throw e;
    }
  }

  /** Logs a failure that is new. The port of this side is cut out of it, because each attempt has another one. */
  private void note(Exception failure) {
    String said = String.valueOf(failure.getMessage()).replaceAll(" from \\S+:\\d+", "");
    if (!said.equals(trouble)) {
      LOG.warn("The listener of {} has no consumers: {}. Asking again and again", queue(), said);
    }
    trouble = said;
  }

  private void recover() {
    if (trouble != null) {
      LOG.info("The listener of {} has its consumers", queue());
    }
    trouble = null;
  }

  @Override
  protected ClientSession setupSession(ClientSessionFactory factory) throws Exception {
    return WatchedSession.of((ClientSessionInternal) super.setupSession(factory), delivery, consumers::add);
  }

  /** Replaces the consumers that the broker has closed. Called repeatedly, by one thread. */
  void look() {
    for (Iterator<WatchedConsumer> each = consumers.iterator(); each.hasNext();) {
      WatchedConsumer consumer = each.next();
      if (consumer.isReleased()) {
        each.remove();
      } else if (consumer.isTaken()) {
        lost.incrementAndGet();
        lostAt = System.nanoTime();
        makeAgain(consumer);
      }
    }
    if (getListening() >= getWanted()) {
      completeAt = System.nanoTime();
    }
  }

  private void makeAgain(WatchedConsumer consumer) {
    try {
      consumer.makeAgain();
      trouble = null;
      LOG.warn("The broker took a consumer of {} away, probably because of a message that it cannot convert (its own log"
          + " says which). There is another one now", queue());
    } catch (Exception e) {
      note(e);
    }
  }

  void appear() {
    try {
      disappear();
      server().registerMBean(this, name());
    } catch (JMException e) {
      throw new IllegalStateException("The listener of " + queue() + " cannot be shown", e);
    }
  }

  void disappear() {
    try {
      server().unregisterMBean(name());
    } catch (InstanceNotFoundException e) {
      // It has never appeared
    } catch (JMException e) {
      LOG.warn("The listener of {} is still shown", queue(), e);
    }
  }

  private static MBeanServer server() {
    return ManagementFactory.getPlatformMBeanServer();
  }

  private ObjectName name() throws JMException {
    return new ObjectName("org.zimage:type=Listener,queue=" + ObjectName.quote(queue()));
  }

  private String queue() {
    return getActivationSpec().getDestination();
  }

  @Override
  public int getWanted() {
    return awaitsSelector ? 0 : getActivationSpec().getMaxSession();
  }

  @Override
  public int getListening() {
    return (int) consumers.stream().filter(WatchedConsumer::isListening).count();
  }

  @Override
  public long getLost() {
    return lost.get();
  }

  @Override
  public long getMissingSeconds() {
    return getListening() >= getWanted() ? 0 : secondsSince(completeAt);
  }

  @Override
  public long getSecondsSinceLost() {
    return lost.get() == 0 ? NEVER : secondsSince(lostAt);
  }

  @Override
  public boolean pause(long millis) {
    return delivery.pause(millis);
  }

  @Override
  public String getTrouble() {
    return trouble;
  }

  private static long secondsSince(long nanoTime) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - nanoTime);
  }
}
