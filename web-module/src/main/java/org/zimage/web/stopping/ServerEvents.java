package org.zimage.web.stopping;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.glassfish.api.event.EventListener;
import org.glassfish.api.event.EventTypes;
import org.glassfish.api.event.Events;
import org.glassfish.internal.api.Globals;
import org.zimage.broker.Listeners;
import org.zimage.message.Replies;
import org.zimage.message.Requests;
import org.zimage.web.events.EventStreams;

/**
 * Is told by the server that it is about to stop, before it stops its applications. Without this the server would stop them while
 * requests still come and messages are handled. Is also told that the server has started completely.
 */
@WebListener
public class ServerEvents implements ServletContextListener, EventListener {
  private static final Logger LOG = Logger.getLogger(ServerEvents.class.getName());

  /** Of Payara Server, set by zimage-domain; on Payara Micro, commands after the deployment open them. */
  private static final String LISTENERS = "ZIMAGE_LISTENERS";

  /** Whoever ends the process when a stop takes too long waits three times as long, and the worker needs some of it. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);
  private static final Duration LONGEST_MESSAGE = Duration.ofSeconds(2);

  private final HttpListeners http = new HttpListeners(System.getenv(LISTENERS));

  @Inject
  private OpenRequests requests;

  @Inject
  private EventStreams streams;

  @Inject
  private Listeners listeners;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    Globals.get(Events.class).register(this);
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    Globals.get(Events.class).unregister(this);
    pauseMessages();
    streams.closeAll();
  }

  @Override
  public void event(Event<?> event) {
    try {
      if (event.is(EventTypes.SERVER_READY)) {
        http.open();
      } else if (event.is(EventTypes.PREPARE_SHUTDOWN)) {
        stop();
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "The listeners of HTTP could not be opened or closed", e);
    }
  }

  private void stop() {
    requests.close();
    pauseMessages();
    streams.closeAll();
    int open = requests.awaitEnds(LONGEST_ANSWER);
    if (open > 0) {
      LOG.info(() -> open + " requests were not answered within " + LONGEST_ANSWER.toSeconds() + " s and break off");
    }
    http.close();
  }

  private void pauseMessages() {
    List.of(Requests.QUEUE, Replies.DEAD_LETTERS).forEach(queue -> listeners.pause(queue, LONGEST_MESSAGE));
  }
}
