package org.zimage.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;

/**
 * Shows how far tasks are: a bar for each, or one for all where they are many. The lines are written over each other,
 * and stay within 79 columns, so that no terminal wraps them. Owns a thread that lets the seconds run, until it is
 * closed. Thread-safe.
 */
final class ProgressBars implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final int MOST_BARS = 12;

  /** One task; {@code until} is when it was over, in nanoseconds, or 0. */
  private static final class Bar {
    private TaskStatus status = TaskStatus.PENDING;
    private int percent;
    private long until;
  }

  private final PrintWriter out;
  private final LongSupplier nanoTime;
  private final long start;
  private final Map<String, Bar> bars = new LinkedHashMap<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
    Thread thread = new Thread(work, "zimage-progress");
    thread.setDaemon(true);
    return thread;
  });
  private int drawn;

  ProgressBars(PrintWriter out, List<String> taskIds, LongSupplier nanoTime) {
    this.out = out;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    taskIds.forEach(id -> bars.put(id, new Bar()));
  }

  /** Draws at once, and from now on every second. */
  void show() {
    draw();
    clock.scheduleAtFixedRate(this::draw, 1, 1, TimeUnit.SECONDS);
  }

  synchronized void update(TaskStatusResponse seen) {
    Bar bar = bars.get(seen.taskId());
    bar.status = seen.status();
    bar.percent = seen.progress() == null ? bar.percent : seen.progress();
    if (seen.status().isFinal()) {
      bar.until = nanoTime.getAsLong();
    }
    draw();
  }

  /** The last picture stays on the terminal. */
  @Override
  public void close() {
    clock.shutdownNow();
  }

  private synchronized void draw() {
    if (drawn > 0) {
      out.print("\033[" + drawn + "A");
    }
    List<String> lines = lines();
    lines.forEach(line -> out.print("\r" + line + "\033[K\n"));
    out.flush();
    drawn = lines.size();
  }

  /** What is shown at this moment. */
  synchronized List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (bars.size() > MOST_BARS) {
      lines.add(summary());
      return lines;
    }
    int index = 0;
    int digits = Integer.toString(bars.size()).length();
    for (Bar bar : bars.values()) {
      index++;
      String label = bars.size() == 1 ? "" : String.format("%" + digits + "d/%d ", index, bars.size());
      lines.add(label + line(bar.percent, words(bar), bar.until));
    }
    return lines;
  }

  private String summary() {
    long over = bars.values().stream().filter(bar -> bar.until != 0).count();
    long failed = bars.values().stream().filter(bar -> bar.until != 0 && bar.status != TaskStatus.SUCCESS).count();
    int percent = (int) bars.values().stream().mapToInt(bar -> bar.until != 0 ? 100 : bar.percent).average().orElse(0);
    String words = over + " of " + bars.size() + " done" + (failed == 0 ? "" : ", " + failed + " failed");
    return line(percent, words, over == bars.size() ? nanoTime.getAsLong() : 0);
  }

  private String line(int percent, String words, long until) {
    double seconds = Duration.ofNanos((until == 0 ? nanoTime.getAsLong() : until) - start).toMillis() / 1e3;
    int filled = WIDTH * percent / 100;
    return String.format("[%s%s] %3d %%  %-10s %6.1f s", "=".repeat(filled), " ".repeat(WIDTH - filled), percent, words,
        seconds);
  }

  private static String words(Bar bar) {
    return switch (bar.status) {
      case PENDING -> "waiting";
      case STARTED -> "started";
      case PROGRESS -> bar.percent >= 99 ? "saving" : "drawing";
      case SUCCESS -> "done";
      case FAILURE -> "failed";
      case RETRY -> "once more";
      case REVOKED -> "cancelled";
    };
  }
}
