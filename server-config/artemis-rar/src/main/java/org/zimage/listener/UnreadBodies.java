package org.zimage.listener;

import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.MessageHandler;
import org.apache.activemq.artemis.core.client.impl.ClientLargeMessageImpl;

/**
 * Keeps JMS from reading bodies that our listeners refuse unread. JMS reads every text, map and object before a bean
 * sees the message: a text of 300 MB, and as many bytes as the sender says that an object has. Bytes alone are left where
 * they are until somebody asks for them. Thread-safe.
 */
final class UnreadBodies implements MessageHandler {
  /** A text that JMS may read: more than a request may have, so that its real size can be told. */
  private static final long MAX_TEXT_BYTES = 8 << 20;

  private final MessageHandler next;

  UnreadBodies(MessageHandler next) {
    this.next = next;
  }

  @Override
  public void onMessage(ClientMessage message) {
    if (message instanceof ClientLargeMessageImpl large) {
      leaveUnread(large);
    } else if (message.getType() == Message.TEXT_TYPE && message.getBodySize() > MAX_TEXT_BYTES) {
      message.setType(Message.BYTES_TYPE);
    } else if (message.getType() != Message.TEXT_TYPE && message.getType() != Message.BYTES_TYPE) {
      message.setType(Message.DEFAULT_TYPE);
    }
    next.onMessage(message);
  }

  /** The size that a message tells in its properties is the sender's word; what the broker counted is not. */
  private static void leaveUnread(ClientLargeMessageImpl large) {
    boolean unknown = large.isCompressed();
    if (unknown || large.getType() != Message.TEXT_TYPE || large.getLargeMessageSize() > MAX_TEXT_BYTES) {
      large.setType(Message.BYTES_TYPE);
    }
    long bytes = unknown ? Integer.MAX_VALUE : Math.min(large.getLargeMessageSize(), Integer.MAX_VALUE);
    large.putLongProperty(Message.HDR_LARGE_BODY_SIZE, bytes);
  }

  @Override
  public void onMessageExpired(ClientMessage message) {
    next.onMessageExpired(message);
  }
}
