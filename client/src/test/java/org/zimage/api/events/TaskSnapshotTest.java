package org.zimage.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;

class TaskSnapshotTest {
  private static final String ID = "b0e4aaf0bfa7421b9cb94c624c7fd139";

  @Test
  void withinAnAttemptATaskOnlyGoesOn() {
    assertThat(running(1, 3).isBefore(running(1, 4))).isTrue();
    assertThat(running(1, 0).isBefore(running(1, 1))).isTrue();
    assertThat(running(1, 4).isBefore(running(1, 3))).isFalse();
  }

  @Test
  void theNextAttemptIsLaterHoweverFarTheOneBeforeWas() {
    assertThat(running(2, 0).isBefore(running(1, 8))).isFalse();
    assertThat(running(1, 8).isBefore(running(2, 0))).isTrue();
  }

  @Test
  void aTaskThatWasHandedBackIsBetweenItsAttempts() {
    TaskSnapshot retry = at(1, TaskStatus.RETRY, 0);

    assertThat(running(1, 8).isBefore(retry)).isTrue();
    assertThat(retry.isBefore(running(1, 8))).isFalse();
    assertThat(retry.isBefore(running(2, 0))).isTrue();
  }

  @Test
  void nothingFollowsTheEnd() {
    TaskSnapshot over = at(1, TaskStatus.REVOKED, null);

    assertThat(running(2, 5).isBefore(over)).isTrue();
    assertThat(over.isBefore(running(2, 5))).isFalse();
  }

  private static TaskSnapshot running(int attempt, int percent) {
    return at(attempt, percent == 0 ? TaskStatus.STARTED : TaskStatus.PROGRESS, percent);
  }

  private static TaskSnapshot at(int attempt, TaskStatus status, Integer percent) {
    return new TaskSnapshot(new TaskStatusResponse(ID, status, null, null, null, null, null, percent, null), attempt);
  }
}
