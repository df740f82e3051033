package org.zimage.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;

class PictureTurnsTest {
  private static final Caller BUSY = new Caller.Client("busy", "key", Origin.NODE);
  private static final Caller OTHER = new Caller.Client("other", "key", Origin.NODE);

  private final PictureTurns turns = new PictureTurns();
  private final List<String> begun = new CopyOnWriteArrayList<>();

  @Test
  void aClientWithManyPicturesKeepsNoOtherWaiting() {
    PictureTurns.Turn first = turns.take(BUSY);
    PictureTurns.Turn second = turns.take(BUSY);
    List<Thread> waiting = List.of(waitFor(BUSY, "busy"), waitFor(BUSY, "busy"), waitFor(OTHER, "other"));
    waiting.forEach(thread -> await().until(() -> thread.getState() == Thread.State.TIMED_WAITING));

    first.close();

    await().until(() -> !begun.isEmpty());
    assertThat(begun).startsWith("other");
    second.close();
    await().until(() -> begun.size() == 3);
  }

  @Test
  void aClientAloneHasAllTurns() {
    turns.take(BUSY).close();
    try (PictureTurns.Turn first = turns.take(BUSY); PictureTurns.Turn second = turns.take(BUSY)) {
      assertThat(first).isNotSameAs(second);
    }
  }

  @Test
  void aClientHoldsNoMoreThanHalfOfThoseWhoWait() {
    try (PictureTurns.Turn first = turns.take(BUSY); PictureTurns.Turn second = turns.take(BUSY)) {
      for (int i = 0; i < 16; i++) {
        Thread thread = waitFor(BUSY, "busy");
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
      }

      assertThatThrownBy(() -> turns.take(BUSY)).isInstanceOf(TooManyPictures.class);
      Thread other = waitFor(OTHER, "other");
      await().until(() -> other.getState() == Thread.State.TIMED_WAITING);
    }
    await().until(() -> begun.size() == 17);
  }

  private Thread waitFor(Caller caller, String name) {
    Thread thread = new Thread(() -> {
      try (PictureTurns.Turn turn = turns.take(caller)) {
        begun.add(name);
      }
    });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
