package org.zimage.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;

class ProgressBarsTest {
  private final StringWriter terminal = new StringWriter();
  private Terminal.Size size = new Terminal.Size(80, 24);
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
        \033[?7l\r1/2 [                              ]   0 %  waiting       0.1 s\033[K
        \r2/2 [                              ]   0 %  started       0.1 s\033[K
        \033[J\033[?7h\033[?7l\033[2A\r1/2 [                              ]   0 %  cancelled     0.2 s\033[K
        \r2/2 [                              ]   0 %  started       0.2 s\033[K
        \033[J\033[?7h""");
  }

  @Test
  void manyTasksShareOneBar() {
    ProgressBars bars = bars(IntStream.range(0, 20).mapToObj(Integer::toString).toArray(String[]::new));
    IntStream.range(0, 10).forEach(i -> later(bars, 100, Integer.toString(i), TaskStatus.SUCCESS, 100));
    later(bars, 0, "10", TaskStatus.FAILURE, null);
    later(bars, 0, "11", TaskStatus.PROGRESS, 60);

    assertThat(bars.lines()).containsExactly(
        "[=================             ]  58 %  10 of 20 done, 1 failed    1.0 s");
  }

  @Test
  void barsAreShorterOnNarrowTerminals() {
    size = new Terminal.Size(40, 24);
    ProgressBars bars = bars("a", "b");
    later(bars, 1000, "a", TaskStatus.PROGRESS, 50);

    assertThat(bars.lines()).containsExactly(
        "1/2 [===   ]  50 %  drawing       1.0 s",
        "2/2 [      ]   0 %  waiting       1.0 s");
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 36, 40, 66, 67, 80, 200})
  void noLineIsAsLongAsTheTerminalIsWide(int columns) {
    size = new Terminal.Size(columns, 24);
    ProgressBars bars = bars(twelve());
    clock.addAndGet(TimeUnit.DAYS.toNanos(3));

    assertThat(bars.lines()).hasSize(12).allSatisfy(line -> assertThat(line.length()).isLessThan(columns));
  }

  @Test
  void aLowTerminalHasOneBarForAll() {
    size = new Terminal.Size(80, 10);

    assertThat(bars(twelve()).lines()).containsExactly(
        "[                              ]   0 %  0 of 12 done    0.0 s");
  }

  @Test
  void aWindowMayBeResized() {
    ProgressBars bars = bars(twelve());
    bars.resized();
    size = new Terminal.Size(80, 10);
    bars.resized();

    assertThat(terminal.toString()).endsWith("""
        \033[?7l\033[12A\r[                              ]   0 %  0 of 12 done    0.0 s\033[K
        \033[J\033[?7h""");
  }

  @Test
  void whatIsCancelledIsShownSoAndNothingAfterIt() {
    ProgressBars bars = bars("a", "b");
    later(bars, 1000, "a", TaskStatus.SUCCESS, 100);
    bars.cancelled();
    String shown = terminal.toString();

    later(bars, 1000, "b", TaskStatus.PROGRESS, 20);

    assertThat(shown).endsWith("""
        \r1/2 [==============================] 100 %  done          1.0 s\033[K
        \r2/2 [                              ]   0 %  cancelled     1.0 s\033[K
        \033[J\033[?7h""");
    assertThat(terminal).hasToString(shown);
  }

  private static String[] twelve() {
    return IntStream.range(0, 12).mapToObj(Integer::toString).toArray(String[]::new);
  }

  private ProgressBars bars(String... ids) {
    return new ProgressBars(new PrintWriter(terminal), List.of(ids), () -> size, clock::get);
  }

  private void later(ProgressBars bars, long millis, String id, TaskStatus status, Integer progress) {
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    bars.update(new TaskStatusResponse(id, status, null, null, null, null, null, progress, null));
  }
}
