package org.zimage.launcher.artemis;

import java.util.Locale;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.core.postoffice.impl.LocalQueueBinding;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerPlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.zimage.launcher.settings.LauncherSettings;

/**
 * Bounds the queues that others have at this broker, and what lies in them: whoever may use it could fill the disk with messages that
 * nobody reads, and then nothing is accepted any more. Answers of the nodes are not refused. Thread-safe.
 */
final class OthersQueuesPlugin implements ActiveMQServerPlugin {
  /** Of all messages in the queues of others together. */
  static final long MAX_BYTES = 1L << 30;
  /** Queues of others, temporary ones too. */
  static final int MAX_QUEUES = 10_000;
  private static final String OURS = "zimage.";

  private final long maxBytes;
  private final int maxQueues;
  private volatile ActiveMQServer broker;

  OthersQueuesPlugin(long maxBytes, int maxQueues) {
    this.maxBytes = maxBytes;
    this.maxQueues = maxQueues;
  }

  @Override
  public void registered(ActiveMQServer server) {
    broker = server;
  }

  @Override
  public void unregistered(ActiveMQServer server) {
    broker = null;
  }

  @Override
  public void beforeSend(ServerSession session, Transaction transaction, Message message, boolean direct,
      boolean noAutoCreateQueue) throws ActiveMQException {
    if (session == null || isNode(session.getUsername()) || isOurs(message.getAddress())) {
      return;
    }
    long bytes = queues().filter(queue -> !isOurs(text(queue.getAddress()))).mapToLong(Queue::getPersistentSize).sum();
    if (bytes >= maxBytes) {
      throw refusal("The queues of others have at most " + maxBytes + " bytes together (now " + bytes
          + "): read what waits in them, or send it with a time to live");
    }
  }

  @Override
  public void beforeCreateQueue(QueueConfiguration queue) throws ActiveMQException {
    ActiveMQServer server = broker;
    if (server == null || !server.isActive() || isNode(text(queue.getUser()))) {
      return;
    }
    if (queues().count() >= maxQueues) {
      throw refusal("Others have at most " + maxQueues + " queues together: delete those that nobody needs");
    }
  }

  /** Those that are not ours, and subscriptions of others to our events. */
  private Stream<Queue> queues() {
    return broker.getPostOffice().getAllBindings().filter(LocalQueueBinding.class::isInstance)
        .map(binding -> ((LocalQueueBinding) binding).getQueue())
        .filter(queue -> !isNode(text(queue.getUser())) && !isOurs(text(queue.getName())));
  }

  private static boolean isNode(String user) {
    return LauncherSettings.NODES_ACCOUNT.equals(user);
  }

  private static boolean isOurs(String address) {
    return address != null && address.toLowerCase(Locale.ROOT).startsWith(OURS);
  }

  private static String text(Object name) {
    return name == null ? null : name.toString();
  }

  private static ActiveMQException refusal(String reason) {
    return new ActiveMQException(reason, ActiveMQExceptionType.GENERIC_EXCEPTION);
  }
}
