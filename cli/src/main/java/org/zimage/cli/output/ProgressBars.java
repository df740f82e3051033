package org.zimage.cli.output;

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
import java.util.function.Supplier;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;

/**
 * Shows the progress of tasks: a bar for each task, or one bar for all where there are many tasks or few lines. Lines are written
 * over each other, so none may be longer than the terminal is wide. Owns a thread, which updates the seconds until it is closed.
 * Thread-safe.
 */
public final class ProgressBars implements AutoCloseable {
  private static final int MAX_BAR_COLUMNS = 30;
  private static final int MIN_BAR_COLUMNS = 4;
  private static final int MAX_BARS = 12;
  /** Switches wrapping off: the window may have become narrower since its size was read. */
  private static final String WRAP_OFF = "\033[?7l";
  private static final String WRAP_ON = "\033[?7h";

  /** One task. {@code until} is the time of its end in nanoseconds, or 0 while it is not over. */
  private static final class Bar {
    private TaskStatus status = TaskStatus.PENDING;
    private int percent;
    private long until;
  }

  private final PrintWriter out;
  private final Supplier<Terminal.Size> terminal;
  private final LongSupplier nanoTime;
  private final long start;
  private final Map<String, Bar> bars = new LinkedHashMap<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
    Thread thread = new Thread(work, "zimage-progress");
    thread.setDaemon(true);
    return thread;
  });
  private Terminal.Size size;
  private int drawn;
  private boolean closed;

  /** @param terminal how large it is at a moment */
  public ProgressBars(PrintWriter out, List<String> taskIds, Supplier<Terminal.Size> terminal, LongSupplier nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.size = terminal.get();
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    taskIds.forEach(id -> bars.put(id, new Bar()));
  }

  /** Draws now, and then every second. */
  public void show() {
    draw();
    clock.scheduleAtFixedRate(this::draw, 1, 1, TimeUnit.SECONDS);
  }

  /** Reads the terminal's size anew and draws. Call it when the window was resized. */
  public synchronized void resized() {
    size = terminal.get();
    draw();
  }

  public synchronized void update(TaskStatusResponse seen) {
    Bar bar = bars.get(seen.taskId());
    bar.status = seen.status();
    bar.percent = seen.progress() == null ? bar.percent : seen.progress();
    if (seen.status().isFinal()) {
      bar.until = nanoTime.getAsLong();
    }
    draw();
  }

  /** Shows every unfinished task as cancelled, and stops. */
  public synchronized void cancelled() {
    bars.values().stream().filter(bar -> bar.until == 0).forEach(bar -> {
      bar.status = TaskStatus.REVOKED;
      bar.until = nanoTime.getAsLong();
    });
    draw();
    close();
  }

  /** Stops drawing. The bars stay on the terminal as they are. */
  @Override
  public synchronized void close() {
    clock.shutdownNow();
    closed = true;
  }

  private synchronized void draw() {
    if (closed) {
      return;
    }
    List<String> lines = lines();
    out.print(drawn > 0 ? WRAP_OFF + "\033[" + drawn + "A" : WRAP_OFF);
    lines.forEach(line -> out.print("\r" + line + "\033[K\n"));
    out.print("\033[J" + WRAP_ON);
    out.flush();
    drawn = lines.size();
  }

  /** The lines that are shown at this moment. */
  synchronized List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (bars.size() > 1 && bars.size() > Math.min(MAX_BARS, size.rows() - 2)) {
      lines.add(summary());
      return lines;
    }
    int index = 0;
    int digits = Integer.toString(bars.size()).length();
    for (Bar bar : bars.values()) {
      index++;
      String label = bars.size() == 1 ? "" : String.format("%" + digits + "d/%d ", index, bars.size());
      lines.add(line(label, bar.percent, words(bar), bar.until));
    }
    return lines;
  }

  private String summary() {
    long over = bars.values().stream().filter(bar -> bar.until != 0).count();
    int percent = (int) bars.values().stream().mapToInt(bar -> bar.until != 0 ? 100 : bar.percent).average().orElse(0);
    String words = count(TaskStatus.SUCCESS) + " of " + bars.size() + " done"
        + also(count(TaskStatus.FAILURE), "failed") + also(count(TaskStatus.REVOKED), "cancelled");
    return line("", percent, words, over == bars.size() ? nanoTime.getAsLong() : 0);
  }

  private long count(TaskStatus status) {
    return bars.values().stream().filter(bar -> bar.status == status).count();
  }

  private static String also(long count, String what) {
    return count == 0 ? "" : ", " + count + " " + what;
  }

  private String line(String label, int percent, String words, long until) {
    double seconds = Duration.ofNanos((until == 0 ? nanoTime.getAsLong() : until) - start).toMillis() / 1e3;
    String text = String.format("%3d %%  %-10s %6.1f s", percent, words, seconds);
    int columns = size.columns() - 1; // some terminals begin a new line after one that fills the last column
    int length = Math.min(MAX_BAR_COLUMNS, columns - label.length() - text.length() - 3);
    String line = label + (length < MIN_BAR_COLUMNS ? "" : bar(length, percent) + " ") + text;
    return line.substring(0, Math.min(line.length(), Math.max(columns, 0)));
  }

  /** @param length without its brackets */
  public static String bar(int length, int percent) {
    int filled = length * percent / 100;
    return "[" + "=".repeat(filled) + " ".repeat(length - filled) + "]";
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
