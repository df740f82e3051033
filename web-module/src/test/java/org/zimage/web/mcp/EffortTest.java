package org.zimage.web.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zimage.api.events.TaskSnapshot;
import org.zimage.progress.Progress;
import org.zimage.task.view.Tasks;

class EffortTest {
  private final Effort effort = new Effort();

  @Test
  void progressOnlyGrowsAlsoWhenATaskBeginsAnew() {
    List<Integer> told = new ArrayList<>();
    for (TaskSnapshot news : List.of(running(1, 0), running(1, 4), running(2, 0), running(2, 1), running(2, 4), running(2, 8))) {
      effort.note(news);
      told.add(effort.done());
    }

    assertThat(told).containsExactly(0, 44, 45, 56, 89, 133);
    assertThat(effort.total(1)).isEqualTo(145);
  }

  @Test
  void whatIsOvertakenCountsForNothing() {
    effort.note(running(2, 4));
    effort.note(running(1, 8));
    effort.note(null);

    assertThat(effort.done()).isEqualTo(44);
    assertThat(effort.total(2)).isEqualTo(200);
  }

  private static TaskSnapshot running(int attempt, int step) {
    return Tasks.running("b0e4aaf0bfa7421b9cb94c624c7fd139", attempt, new Progress(step, 9));
  }
}
