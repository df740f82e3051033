package org.zimage.broker;

import jakarta.enterprise.context.ApplicationScoped;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * The listeners of this process, as the resource adapter shows them: it has the consumers, and classes of its own.
 * Thread-safe.
 */
@ApplicationScoped
public class Listeners {
  /** A start takes less, and so does a connection that is made again. */
  private static final long MISSING_SECONDS = 5;
  /** A message that cost a consumer comes again after half a minute at most. */
  private static final long LOST_SECONDS = 35;

  /**
   * A message-driven bean and its consumers.
   *
   * @param wanted how many consumers there should be; 0 before {@link #select} where the application chooses its messages
   * @param listening how many there are
   * @param lost how often the broker has taken one away
   * @param missingSeconds for how long there have not been all
   * @param secondsSinceLost since the broker took one away; -1 for never
   * @param said what the broker, or the way to it, says to those that want to be consumers; null while there are all
   */
  public record Listener(String queue, int wanted, int listening, long lost, long missingSeconds, long secondsSinceLost, String said) {
    /** Why there are not all. A connection that breaks is made again without a word. */
    BrokerTrouble trouble() {
      return BrokerTrouble.of(said == null ? "" : said);
    }

    /** Whether its application has yet to say which messages it takes. */
    public boolean awaitsSelector() {
      return wanted == 0;
    }

    /** Whether messages wait here for nobody, and it is not only a connection that is made again. */
    public boolean isMissing() {
      return missingSeconds > MISSING_SECONDS;
    }

    /** Whether messages wait here for nobody, or did a moment ago and may again. */
    public boolean isInTrouble() {
      return isMissing() || secondsSinceLost >= 0 && secondsSinceLost < LOST_SECONDS;
    }

    @Override
    public String toString() {
      return awaitsSelector() ? queue + " has no consumers yet"
          : queue + " has " + listening + " of " + wanted + " consumers" + (lost == 0 ? "" : ", lost " + lost);
    }
  }

  /** All of this process, whichever application has them. */
  public List<Listener> all() {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    return names(server).stream().sorted().flatMap(name -> {
      try {
        return Stream.of(listener(server, name));
      } catch (InstanceNotFoundException gone) {
        return Stream.<Listener>empty();
      } catch (JMException e) {
        throw new IllegalStateException(name + " cannot be read", e);
      }
    }).toList();
  }

  public List<Listener> inTrouble() {
    return all().stream().filter(Listener::isInTrouble).toList();
  }

  /**
   * Begins to give the listener of a queue the messages that are its own; it has had none before. Once they are named, the same
   * selector changes nothing. Does nothing while the server has no such listener yet.
   *
   * @param selector which messages, as JMS writes it
   */
  public void select(String queue, String selector) {
    invoke(queue, "select", selector, String.class);
  }

  /**
   * Gives the listener of a queue no more messages, before its application stops: it would fail with them. They go back to
   * the queue.
   *
   * @param longest how long to wait for those that it works on
   */
  public void pause(String queue, Duration longest) {
    invoke(queue, "pause", longest.toMillis(), long.class);
  }

  private static void invoke(String queue, String operation, Object argument, Class<?> type) {
    try {
      ObjectName name = new ObjectName("org.zimage:type=Listener,queue=" + ObjectName.quote(queue));
      ManagementFactory.getPlatformMBeanServer().invoke(name, operation, new Object[] {argument}, new String[] {type.getName()});
    } catch (InstanceNotFoundException noListener) {
      // The server makes it later, or has ended it already
    } catch (JMException e) {
      throw new IllegalStateException("The listener of " + queue + " does not " + operation, e);
    }
  }

  private static Set<ObjectName> names(MBeanServer server) {
    try {
      return server.queryNames(new ObjectName("org.zimage:type=Listener,*"), null);
    } catch (MalformedObjectNameException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Listener listener(MBeanServer server, ObjectName name) throws JMException {
    return new Listener(ObjectName.unquote(name.getKeyProperty("queue")), (Integer) server.getAttribute(name, "Wanted"),
        (Integer) server.getAttribute(name, "Listening"), (Long) server.getAttribute(name, "Lost"),
        (Long) server.getAttribute(name, "MissingSeconds"), (Long) server.getAttribute(name, "SecondsSinceLost"), (String) server.getAttribute(name, "Trouble"));
  }
}
