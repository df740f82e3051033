package org.zimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;

class ProgressBarsTest {
  private final StringWriter terminal = new StringWriter();
  private final AtomicLong clock = new AtomicLong(TimeUnit.SECONDS.toNanos(1000));

  @Test
  void aTaskHasABar() {
    ProgressBars bars = bars("a");

    assertThat(bars.lines()).containsExactly("[                              ]   0 %  waiting       0.0 s");
    later(bars, 1500, "a", TaskStatus.PROGRESS, 45);
    assertThat(bars.lines()).containsExactly("[=============                 ]  45 %  drawing       1.5 s");
    later(bars, 500, "a", TaskStatus.PROGRESS, 99);
    assertThat(bars.lines()).containsExactly("[============================= ]  99 %  saving        2.0 s");
    later(bars, 500, "a", TaskStatus.SUCCESS, 100);
    clock.addAndGet(TimeUnit.SECONDS.toNanos(60));
    assertThat(bars.lines()).containsExactly("[==============================] 100 %  done          2.5 s");
  }

  @Test
  void severalTasksAreNumberedAndDrawnOverEachOther() {
    ProgressBars bars = bars("a", "b");
    later(bars, 100, "b", TaskStatus.STARTED, 0);
    later(bars, 100, "a", TaskStatus.REVOKED, null);

    assertThat(bars.lines()).containsExactly(
        "1/2 [                              ]   0 %  cancelled     0.2 s",
        "2/2 [                              ]   0 %  started       0.2 s");
    assertThat(terminal.toString()).isEqualTo("""
        \r1/2 [                              ]   0 %  waiting       0.1 s\033[K
        \r2/2 [                              ]   0 %  started       0.1 s\033[K
        \033[2A\r1/2 [                              ]   0 %  cancelled     0.2 s\033[K
        \r2/2 [                              ]   0 %  started       0.2 s\033[K
        """);
  }

  @Test
  void manyTasksShareOneBar() {
    ProgressBars bars = bars(IntStream.range(0, 20).mapToObj(Integer::toString).toArray(String[]::new));
    IntStream.range(0, 10).forEach(i -> later(bars, 100, Integer.toString(i), TaskStatus.SUCCESS, 100));
    later(bars, 0, "10", TaskStatus.FAILURE, null);
    later(bars, 0, "11", TaskStatus.PROGRESS, 60);

    assertThat(bars.lines()).containsExactly("[=================             ]  58 %  11 of 20 done, 1 failed    1.0 s");
  }

  @Test
  void noLineIsLongerThanATerminalIsWide() {
    ProgressBars bars = bars(IntStream.range(0, 12).mapToObj(Integer::toString).toArray(String[]::new));
    clock.addAndGet(TimeUnit.DAYS.toNanos(3));

    assertThat(bars.lines()).hasSize(12).allSatisfy(line -> assertThat(line.length()).isLessThan(79));
  }

  private ProgressBars bars(String... ids) {
    return new ProgressBars(new PrintWriter(terminal), List.of(ids), clock::get);
  }

  private void later(ProgressBars bars, long millis, String id, TaskStatus status, Integer progress) {
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    bars.update(new TaskStatusResponse(id, status, null, null, null, null, null, progress));
  }
}
