package org.zimage.pipeline;

import java.time.Duration;

/** Is called with every step of a generation, by the thread that runs it. */
@FunctionalInterface
public interface StepListener {
  /** Never stops the generation. */
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

  /** Called with the duration of each part; for a step before {@link #afterStep}. */
  default void took(Phase phase, Duration duration) { }
}
