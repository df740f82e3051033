package org.zimage.cli;

import java.io.PrintWriter;
import org.zimage.pipeline.StepListener;

/** Shows a generation's steps: a bar that fills on a terminal, a line a step elsewhere. Used by one thread. */
final class StepBar implements StepListener {
  private static final int WIDTH = 30;

  private final PrintWriter out;
  private final boolean isTerminal;
  private final long start = System.nanoTime();

  StepBar(PrintWriter out, boolean isTerminal) {
    this.out = out;
    this.isTerminal = isTerminal;
  }

  @Override
  public boolean afterStep(int step, int steps) {
    double seconds = (System.nanoTime() - start) / 1e9;
    if (isTerminal) {
      int filled = WIDTH * step / steps;
      out.printf("\r[%s%s] %3d %%  step %d of %d  %.1f s ", "=".repeat(filled), " ".repeat(WIDTH - filled), 100 * step / steps, step,
          steps, seconds);
    } else {
      out.printf("step %d of %d, %.1f s%n", step, steps, seconds);
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
