package org.zimage.progress;

/**
 * How many steps of a task are done.
 *
 * @param step finished steps
 * @param steps steps in all, at least 1
 */
public record Progress(int step, int steps) {
  public Progress {
    if (steps < 1 || step < 0 || step > steps) {
      throw new IllegalArgumentException("Progress is 0…steps of at least 1 step (got " + step + " of " + steps + ")");
    }
  }

  /** Whole percent, rounded down. */
  public int percent() {
    return (int) (100L * step / steps);
  }
}
