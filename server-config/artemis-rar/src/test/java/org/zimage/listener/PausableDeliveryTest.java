package org.zimage.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.MessageHandler;
import org.junit.jupiter.api.Test;

class PausableDeliveryTest {
  private static final Duration LONGEST = Duration.ofMinutes(1);
  /** Nothing here looks into it. */
  private static final ClientMessage MESSAGE = null;

  private final PausableDelivery delivery = new PausableDelivery();
  private final AtomicInteger delivered = new AtomicInteger();
  private final AtomicBoolean released = new AtomicBoolean();

  @Test
  void aMessageThatComesAfterThePauseWaitsForTheEndOfItsConsumer() {
    MessageHandler bean = delivery.to(message -> delivered.incrementAndGet(), released::get);
    bean.onMessage(MESSAGE);
    assertThat(delivery.pause(0)).isTrue();

    CompletableFuture<Void> late = CompletableFuture.runAsync(() -> bean.onMessage(MESSAGE));
    assertThat(late).isNotDone();
    released.set(true);

    assertThat(late).succeedsWithin(LONGEST);
    assertThat(delivered).hasValue(1);
  }

  @Test
  void whatHasBegunIsWaitedFor() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    MessageHandler bean = delivery.to(message -> {
      begun.countDown();
      awaitQuietly(mayEnd);
    }, released::get);
    CompletableFuture<Void> working = CompletableFuture.runAsync(() -> bean.onMessage(MESSAGE));
    begun.await();

    assertThat(delivery.pause(1)).isFalse();
    mayEnd.countDown();

    assertThat(delivery.pause(LONGEST.toMillis())).isTrue();
    assertThat(working).succeedsWithin(LONGEST);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
