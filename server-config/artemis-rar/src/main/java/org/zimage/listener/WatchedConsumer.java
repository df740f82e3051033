package org.zimage.listener;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.FailoverEventType;
import org.apache.activemq.artemis.api.core.client.MessageHandler;
import org.apache.activemq.artemis.core.client.impl.ClientConsumerInternal;
import org.apache.activemq.artemis.core.client.impl.ClientSessionInternal;

/** A consumer that can be replaced without its owner's knowledge. Thread-safe. */
final class WatchedConsumer implements InvocationHandler {
  /** Makes another consumer with the first one's arguments. */
  @FunctionalInterface
  interface Maker {
    ClientConsumerInternal make() throws Throwable;
  }

  private final ClientSessionInternal session;
  private final Maker maker;
  private final PausableDelivery delivery;
  private volatile ClientConsumerInternal consumer;
  private volatile MessageHandler handler;
  private volatile boolean connected = true;
  private volatile boolean released;

  WatchedConsumer(ClientSessionInternal session, ClientConsumerInternal consumer, Maker maker, PausableDelivery delivery) {
    this.session = session;
    this.consumer = consumer;
    this.maker = maker;
    this.delivery = delivery;
    session.addFailoverListener(event -> connected = event == FailoverEventType.FAILOVER_COMPLETED);
  }

  /** The proxy that the owner uses. */
  ClientConsumerInternal proxy() {
    return (ClientConsumerInternal) Proxy.newProxyInstance(WatchedConsumer.class.getClassLoader(),
        new Class<?>[] {ClientConsumerInternal.class}, this);
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    switch (method.getName()) {
      case "setMessageHandler" -> {
        listen(delivery.to(new UnreadBodies((MessageHandler) arguments[0]), this::isReleased));
        return proxy;
      }
      case "close", "cleanUp", "prepareForClose" -> released = true;
      default -> { }
    }
    return WatchedSession.call(consumer, method, arguments);
  }

  private void listen(MessageHandler next) throws ActiveMQException {
    handler = next;
    consumer.setMessageHandler(next);
  }

  /** Whether the owner has closed it. */
  boolean isReleased() {
    return released || session.isClosed();
  }

  /** Whether the broker has closed it while its owner still waits for messages. */
  boolean isTaken() {
    return !released && handler != null && consumer.isClosed();
  }

  boolean isListening() {
    return !isReleased() && handler != null && connected && !consumer.isClosed();
  }

  /** @throws Exception when the broker refuses or is away */
  void makeAgain() throws Exception {
    try {
      consumer = maker.make();
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    listen(handler);
  }
}
