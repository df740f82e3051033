package org.zimage.task.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.zimage.progress.Progress;

class TaskViewTest {
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
    TaskView retry = new TaskView(ID, TaskView.Status.RETRY, null, null, null, null, null, 0, 1);

    assertThat(running(1, 8).isBefore(retry)).isTrue();
    assertThat(retry.isBefore(running(1, 8))).isFalse();
    assertThat(retry.isBefore(running(2, 0))).isTrue();
  }

  @Test
  void nothingFollowsTheEnd() {
    TaskView over = new TaskView(ID, TaskView.Status.REVOKED, null, "Task was cancelled", "cancelled", "", null, null, 1);

    assertThat(running(2, 5).isBefore(over)).isTrue();
    assertThat(over.isBefore(running(2, 5))).isFalse();
  }

  private static TaskView running(int attempt, int step) {
    return TaskView.running(ID, attempt, new Progress(step, 9));
  }
}
