package org.zimage.launcher.artemis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.impl.AddressInfo;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerAddressPlugin;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;

/**
 * Refuses names with the prefixes of other brokers, such as {@code /queue/zimage.requests}. Here such a name is another address, so
 * sender and receiver would wait for ever. Thread-safe.
 */
final class AddressNamePlugin implements ActiveMQServerAddressPlugin, ActiveMQServerMessagePlugin {
  private static final Pattern OF_OTHER_BROKERS =
      Pattern.compile("(?:/(?:temp-)?(?:queue|topic)/|(?:temp-)?(?:queue|topic)://|/(?:dsub|exchange|amq/queue)/)(.*)");

  @Override
  public void beforeAddAddress(AddressInfo address, boolean reload) throws ActiveMQException {
    if (!reload) {
      require(address.getName().toString());
    }
  }

  /** Checks the message's address, too: an older version may have made the address. */
  @Override
  public void beforeSend(ServerSession session, Transaction transaction, Message message, boolean direct,
      boolean noAutoCreateQueue) throws ActiveMQException {
    if (message.getAddress() != null) {
      require(message.getAddress());
    }
  }

  private static void require(String name) throws ActiveMQException {
    Matcher prefixed = OF_OTHER_BROKERS.matcher(name);
    if (prefixed.matches()) {
      throw new ActiveMQException("Names have no prefix here: write " + prefixed.group(1) + ", not " + name,
          ActiveMQExceptionType.ADDRESS_DOES_NOT_EXIST);
    }
  }
}
