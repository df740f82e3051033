package org.zimage.task.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SendingThreadTest {
  private final AtomicInteger sendings = new AtomicInteger();
  private SendingThread thread;

  @AfterEach
  void stop() {
    thread.stop();
  }

  @Test
  void whatIsDueAlreadyIsSentWithoutAnotherCall() {
    thread = sending(() -> sendings.incrementAndGet() < 4);

    thread.wake();

    await().until(() -> sendings.get() == 4);
  }

  @Test
  void callsThatComeDuringASendingBecomeOneMore() {
    thread = sending(() -> {
      if (sendings.incrementAndGet() == 1) {
        thread.wake();
        thread.wake();
        thread.wake();
      }
      return false;
    });

    thread.wake();

    await().until(() -> sendings.get() == 2);
    await().during(Duration.ofMillis(300)).until(() -> sendings.get() == 2);
  }

  @Test
  void aSendingThatFailedIsTriedAgain() {
    thread = sending(() -> {
      if (sendings.incrementAndGet() < 3) {
        throw new IllegalStateException("the broker is away");
      }
      return false;
    });

    thread.wake();

    await().until(() -> sendings.get() == 3);
    assertThat(sendings).hasValue(3);
  }

  private static SendingThread sending(BooleanSupplier send) {
    return new SendingThread(SendingThreadTest.class, "sending-thread-test", "Tasks", Executors.defaultThreadFactory(), send);
  }
}
