package org.zimage.listener;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.apache.activemq.artemis.core.client.impl.ClientConsumerInternal;
import org.apache.activemq.artemis.core.client.impl.ClientSessionInternal;

/** A session that reports its consumers. It is a proxy, because the adapter's own classes make the consumers. */
final class WatchedSession implements InvocationHandler {
  private final ClientSessionInternal session;
  private final PausableDelivery delivery;
  private final Consumer<WatchedConsumer> watch;

  private WatchedSession(ClientSessionInternal session, PausableDelivery delivery, Consumer<WatchedConsumer> watch) {
    this.session = session;
    this.delivery = delivery;
    this.watch = watch;
  }

  /** @param watch is told every consumer */
  static ClientSessionInternal of(ClientSessionInternal session, PausableDelivery delivery, Consumer<WatchedConsumer> watch) {
    return (ClientSessionInternal) Proxy.newProxyInstance(WatchedSession.class.getClassLoader(),
        new Class<?>[] {ClientSessionInternal.class}, new WatchedSession(session, delivery, watch));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    Object result = call(session, method, arguments);
    if (!method.getName().equals("createConsumer")) {
      return result;
    }
    WatchedConsumer consumer = new WatchedConsumer(session, (ClientConsumerInternal) result,
        () -> (ClientConsumerInternal) call(session, method, arguments), delivery);
    watch.accept(consumer);
    return consumer.proxy();
  }

  static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
