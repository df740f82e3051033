package org.zimage.cli.model;

import java.io.PrintWriter;
import org.zimage.cli.output.ProgressBars;
import org.zimage.cli.output.Terminal;
import org.zimage.pipeline.StepListener;

/** Shows the steps of a generation: as a bar on a terminal, as a line a step elsewhere. Used by one thread. */
final class StepBar implements StepListener {
  private static final int BAR_COLUMNS = 30;

  private final PrintWriter out;
  private final boolean isTerminal;
  private final int columns;
  private final long start = System.nanoTime();

  StepBar(PrintWriter out, boolean isTerminal) {
    this.out = out;
    this.isTerminal = isTerminal;
    this.columns = isTerminal ? Terminal.size().columns() - 1 : Integer.MAX_VALUE;
  }

  @Override
  public boolean afterStep(int step, int steps) {
    double seconds = (System.nanoTime() - start) / 1e9;
    String text = String.format("step %d of %d, %.1f s", step, steps, seconds);
    if (isTerminal) {
      String line = text + " " + ProgressBars.bar(BAR_COLUMNS, 100 * step / steps);
      out.print("\r" + line.substring(0, Math.min(line.length(), columns)) + "\033[K");
    } else {
      out.println(text);
    }
    out.flush();
    return true;
  }

  void finish() {
    if (isTerminal) {
      out.println();
    }
  }
}
