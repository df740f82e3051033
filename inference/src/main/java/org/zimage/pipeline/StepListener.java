package org.zimage.pipeline;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.zimage.picture.Picture;

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
   * @param steps that are run in all
   * @return whether to go on; false stops the generation before its next step
   */
  boolean afterStep(int step, int steps);

  /**
   * Called after every step. Whoever shows pictures while they are made overrides this one.
   *
   * @param preview what the picture would be if the velocity stayed as it is: small, a pixel for each place of the latents, RGB. It
   *     is computed when it is asked for, in less than a millisecond, and only while this method runs. Empty if the model was
   *     exported before there were previews
   * @return whether to go on
   */
  default boolean afterStep(int step, int steps, Supplier<Optional<Picture>> preview) {
    return afterStep(step, steps);
  }

  /** A part of the work that is done. */
  enum Phase {
    /** Into the model, of a picture that has some: next to nothing where the one before had the same. */
    ADAPTERS,
    PROMPT,
    /** Of a picture that the generation starts from, into latents. */
    ENCODING,
    STEP, DECODING
  }

  /** Called with the duration of each part; for a step before {@link #afterStep}. */
  default void took(Phase phase, Duration duration) { }
}
