package org.zimage.listener;

import java.util.function.BooleanSupplier;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.MessageHandler;

/**
 * The messages that one message-driven bean works on. Before the bean's application stops they are paused: a message that comes
 * then waits unacknowledged, and goes back to its queue with the end of its consumer. A bean that is half stopped could only
 * fail. Thread-safe.
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
   * No more begin.
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
