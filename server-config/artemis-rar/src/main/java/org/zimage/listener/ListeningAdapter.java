package org.zimage.listener;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnectorFactory;
import org.apache.activemq.artemis.ra.ActiveMQRaUtils;
import org.apache.activemq.artemis.ra.ActiveMQResourceAdapter;
import org.apache.activemq.artemis.ra.inflow.ActiveMQActivationSpec;

/**
 * The resource adapter for application servers. A broker that cannot convert a message closes the consumer that would receive it,
 * which Artemis' own adapter does not notice. This adapter replaces such consumers. Owns one thread until {@link #stop}.
 * Thread-safe.
 */
public class ListeningAdapter extends ActiveMQResourceAdapter {
  private static final long serialVersionUID = 1L;

  private static final long LOOK_MILLIS = 200;

  private final transient Map<ActivationSpec, Listening> listeners = new ConcurrentHashMap<>();
  private transient ScheduledExecutorService watch;

  /**
   * Takes one connector for each broker: {@code host=one;port=61616,host=two;port=61616}. A connection tries them in this order.
   */
  @Override
  public void setConnectionParameters(String parameters) {
    super.setConnectionParameters(parameters);
    int brokers = ActiveMQRaUtils.parseConfig(parameters).size();
    setConnectorClassName(String.join(",", Collections.nCopies(brokers, NettyConnectorFactory.class.getName())));
  }

  @Override
  public void endpointActivation(MessageEndpointFactory factory, ActivationSpec spec) throws ResourceException {
    getDefaultActiveMQConnectionFactory(); // sets the adapter up before its first listener
    Listening listening = new Listening(this, factory, (ActiveMQActivationSpec) spec);
    listening.appear();
    listeners.put(spec, listening);
    getActivations().put(spec, listening);
    watch();
    listening.begin();
  }

  @Override
  public void endpointDeactivation(MessageEndpointFactory factory, ActivationSpec spec) {
    Listening listening = listeners.remove(spec);
    if (listening != null) {
      listening.disappear();
    }
    super.endpointDeactivation(factory, spec);
  }

  @Override
  public void stop() {
    stopWatching();
    listeners.values().forEach(Listening::disappear);
    listeners.clear();
    super.stop();
  }

  private synchronized void watch() {
    if (watch == null) {
      watch = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "zimage-listeners");
        thread.setDaemon(true);
        return thread;
      });
      watch.scheduleWithFixedDelay(() -> listeners.values().forEach(Listening::look), LOOK_MILLIS, LOOK_MILLIS,
          TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void stopWatching() {
    if (watch != null) {
      watch.shutdownNow();
      watch = null;
    }
  }
}
