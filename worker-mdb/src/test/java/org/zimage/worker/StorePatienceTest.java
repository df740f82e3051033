package org.zimage.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zimage.image.StorageFailed;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.Claim;

class StorePatienceTest {
  private static final Claim CLAIM = new Claim(new TaskId("0123456789abcdef0123456789abcdef"), 1);

  private int asked;

  @AfterEach
  void forgetInterruption() {
    Thread.interrupted();
  }

  @Test
  void aStoreThatAnswersTheSecondTimeIsWell() {
    assertThat(StorePatience.<String>ask(CLAIM, "read", () -> {
      if (asked++ == 0) {
        throw new StorageFailed("starts", null);
      }
      return "here";
    })).isEqualTo("here");
  }

  /** An interrupt closes the files that a thread reads. A task that ended with an error for that would be lost. */
  @Test
  void anInterruptedThreadSaysNothingOfTheStore() {
    assertThatThrownBy(() -> StorePatience.ask(CLAIM, "read", () -> {
      Thread.currentThread().interrupt();
      throw new StorageFailed("closed", null);
    })).isExactlyInstanceOf(IllegalStateException.class).hasMessage("Interrupted while trying to read");
  }
}
