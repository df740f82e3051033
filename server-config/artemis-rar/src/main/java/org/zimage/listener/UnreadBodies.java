package org.zimage.listener;

import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.MessageHandler;
import org.apache.activemq.artemis.core.client.impl.ClientLargeMessageImpl;
import org.apache.activemq.artemis.utils.DataConstants;

/**
 * Keeps JMS from reading bodies that the listeners would refuse. JMS reads every text, map and object before a bean sees the
 * message, even a text of 300 MB, or as many bytes as the sender claims that an object has. Only bytes are left unread until
 * somebody asks for them. Thread-safe.
 */
final class UnreadBodies implements MessageHandler {
  /** The longest text that JMS may read, two bytes a character: of each it makes several copies. Longer requests come as bytes. */
  private static final long MAX_TEXT_BYTES = 16 << 20;
  /** Marks a text that was left unread: whoever takes the message for one of bytes can tell. */
  private static final SimpleString UNREAD_TEXT = SimpleString.of("zimage_unread_text");

  private final MessageHandler next;

  UnreadBodies(MessageHandler next) {
    this.next = next;
  }

  @Override
  public void onMessage(ClientMessage message) {
    if (message instanceof ClientLargeMessageImpl large && isBetterUnread(large)) {
      leaveUnread(large);
    } else if (message.getType() == Message.TEXT_TYPE) {
      if (!isText(message)) {
        message.setType(Message.BYTES_TYPE);
      }
    } else if (message.getType() != Message.BYTES_TYPE) {
      message.setType(Message.DEFAULT_TYPE);
    }
    next.onMessage(message);
  }

  private static boolean isBetterUnread(ClientLargeMessageImpl large) {
    return large.isCompressed() || large.getType() != Message.TEXT_TYPE || large.getLargeMessageSize() > MAX_TEXT_BYTES;
  }

  /**
   * Makes the body one of bytes, whose size the broker has counted. The size in the message's property is only claimed by the
   * sender.
   */
  private static void leaveUnread(ClientLargeMessageImpl large) {
    if (large.getType() == Message.TEXT_TYPE) {
      large.putBooleanProperty(UNREAD_TEXT, true);
    }
    large.setType(Message.BYTES_TYPE);
    long bytes = large.isCompressed() ? Integer.MAX_VALUE : Math.min(large.getLargeMessageSize(), Integer.MAX_VALUE);
    large.putLongProperty(Message.HDR_LARGE_BODY_SIZE, bytes);
  }

  /** Whether the body is empty or as long as it says. Of any other, JMS would fail, and the message would come again and again. */
  private static boolean isText(ClientMessage message) {
    ActiveMQBuffer body = message.getBodyBuffer();
    int start = body.readerIndex();
    try {
      if (body.readableBytes() == 0 || body.readByte() == DataConstants.NULL) {
        return body.readerIndex() > start;
      }
      int bytes = body.readableBytes() < Integer.BYTES ? -1 : body.readInt();
      return bytes >= 0 && bytes <= body.readableBytes() && bytes <= MAX_TEXT_BYTES;
    } finally {
      body.readerIndex(start);
    }
  }

  @Override
  public void onMessageExpired(ClientMessage message) {
    next.onMessageExpired(message);
  }
}
