package org.zimage.pipeline;

import java.time.Duration;

/** Hears of every step of a generation, on the thread that runs it. */
@FunctionalInterface
public interface StepListener {
  /** Goes on to the end, whatever happens. */
  StepListener NONE = (step, steps) -> true;

  /**
   * Called when the model is free for the generation.
   *
   * @return whether to begin
   */
  default boolean mayBegin() {
    return true;
  }

  /**
   * Called after every step.
   *
   * @param step that is done, from 1
   * @return whether to go on; false stops the generation before its next step
   */
  boolean afterStep(int step, int steps);

  /** A part of the work that is done. */
  enum Phase {
    PROMPT, STEP, DECODING
  }

  /** Told how long each part took, before {@link #afterStep} for a step. */
  default void took(Phase phase, Duration duration) { }
}
