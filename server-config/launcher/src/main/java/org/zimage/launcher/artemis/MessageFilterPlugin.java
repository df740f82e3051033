package org.zimage.launcher.artemis;

import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.server.LargeServerMessage;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;

/**
 * Refuses messages that no listener could receive, so that the sender learns it at once. To our own addresses these are AMQP
 * messages that cannot be converted, for which the broker would close the listener's consumer, and messages that would fill the
 * memory of a process. To any address these are messages of a priority that JMS does not have, which STOMP and Artemis' own protocol
 * can send: the broker takes them, and delivers nothing from that queue any more, after a restart neither. Thread-safe.
 */
final class MessageFilterPlugin implements ActiveMQServerMessagePlugin {
  /** Far more than a request without pictures may have. A listener refuses smaller messages itself, and says why. */
  private static final long LEAST_MAX_BYTES = 16 << 20;
  private static final String OURS = "zimage.";
  private static final int HIGHEST_PRIORITY = 9;
  /** Held by a field, because a logger that nobody holds is collected with its level. */
  private static final Logger CONVERSION = Logger.getLogger("org.apache.activemq.artemis.protocol.amqp.broker.AMQPMessage");

  private final long maxBytes;

  /** Lets through what a request with pictures may have. */
  MessageFilterPlugin(long maxInputBytes) {
    maxBytes = Math.max(LEAST_MAX_BYTES, maxInputBytes);
    CONVERSION.setLevel(Level.OFF); // a stack trace for each message that is refused here
  }

  @Override
  public void beforeSend(ServerSession session, Transaction transaction, Message message, boolean direct,
      boolean noAutoCreateQueue) throws ActiveMQException {
    String address = message.getAddress();
    requirePriority(message, address);
    if (address == null || !address.toLowerCase(Locale.ROOT).startsWith(OURS)) {
      return;
    }
    requireSize(message, address);
    if (!(message instanceof ICoreMessage)) {
      requireConvertible(message, address);
    }
  }

  private static void requirePriority(Message message, String address) throws ActiveMQException {
    if (message.getPriority() < 0 || message.getPriority() > HIGHEST_PRIORITY) {
      throw refusal("A message to " + address + " has a priority from 0 to " + HIGHEST_PRIORITY + " (got " + message.getPriority() + ")");
    }
  }

  private void requireSize(Message message, String address) throws ActiveMQException {
    long bytes = message instanceof LargeServerMessage large ? large.getLargeBody().getBodySize() : message.getEncodeSize();
    if (bytes > maxBytes) {
      throw refusal("A message to " + address + " has at most " + maxBytes + " bytes (got " + bytes + ")");
    }
  }

  private static void requireConvertible(Message message, String address) throws ActiveMQException {
    try {
      message.toCore();
    } catch (RuntimeException e) {
      throw refusal("A message to " + address + " has properties that are text, numbers or truth values, and a body that is "
          + "text or bytes (" + e.getMessage() + ")");
    }
  }

  private static ActiveMQException refusal(String reason) {
    return new ActiveMQException(reason, ActiveMQExceptionType.GENERIC_EXCEPTION);
  }
}
