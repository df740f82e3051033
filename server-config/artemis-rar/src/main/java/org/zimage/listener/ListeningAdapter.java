package org.zimage.listener;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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

  /** By the specification itself: those of Artemis are equal by their values, and a listener's selector may come later. */
  private final transient Map<ActivationSpec, Listening> listeners = Collections.synchronizedMap(new IdentityHashMap<>());
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
    watch();
    listening.begin();
  }

  @Override
  public void endpointDeactivation(MessageEndpointFactory factory, ActivationSpec spec) {
    Listening listening = listeners.remove(spec);
    if (listening != null) {
      listening.disappear();
      listening.stop();
    }
  }

  @Override
  public void stop() {
    stopWatching();
    for (Listening listening : all()) {
      listening.disappear();
      listening.stop();
    }
    listeners.clear();
    super.stop();
  }

  private List<Listening> all() {
    synchronized (listeners) {
      return List.copyOf(listeners.values());
    }
  }

  private synchronized void watch() {
    if (watch == null) {
      watch = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "zimage-listeners");
        thread.setDaemon(true);
        return thread;
      });
      watch.scheduleWithFixedDelay(() -> all().forEach(Listening::look), LOOK_MILLIS, LOOK_MILLIS,
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
