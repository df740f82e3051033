package org.zimage.listener;

import java.util.function.BooleanSupplier;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.MessageHandler;

/**
 * The delivery of messages to one message-driven bean. It is paused before the bean's application stops, because a half stopped
 * bean could only fail. A message that comes during a pause waits unacknowledged, and goes back to its queue when its consumer
 * ends. Thread-safe.
 */
final class PausableDelivery {
  private static final long LOOK_MILLIS = 50;

  private boolean paused;
  private int running;

  /** @param released whether the consumer has ended */
  MessageHandler to(MessageHandler bean, BooleanSupplier released) {
    return new MessageHandler() {
      @Override
      public void onMessage(ClientMessage message) {
        if (begin(released)) {
          try {
            bean.onMessage(message);
          } finally {
            end();
          }
        }
      }

      @Override
      public void onMessageExpired(ClientMessage message) {
        bean.onMessageExpired(message);
      }
    };
  }

  /**
   * Begins no more deliveries.
   *
   * @return whether those that had begun have ended after so many milliseconds
   */
  synchronized boolean pause(long millis) {
    paused = true;
    long end = System.nanoTime() + millis * 1_000_000;
    try {
      while (running > 0 && System.nanoTime() - end < 0) {
        wait(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return running == 0;
  }

  private synchronized boolean begin(BooleanSupplier released) {
    try {
      while (paused && !released.getAsBoolean()) {
        wait(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    running += paused ? 0 : 1;
    return !paused;
  }

  private synchronized void end() {
    running--;
    notifyAll();
  }
}
