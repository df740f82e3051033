package org.zimage.pipeline;

import org.zimage.picture.Mask;
import org.zimage.picture.Picture;
import org.zimage.pipeline.sampler.FlowMatchEuler;

/** What a generation starts from. */
public sealed interface Start {
  /** Noise alone, so that the picture follows from its prompt and seed. */
  record FromNoise() implements Start {}

  /**
   * A picture with noise over it: image to image, or inpainting where the mask does not cover everything.
   *
   * @param picture of the size that is asked for
   * @param mask of the same size: what is painted anew
   * @param strength how far the picture is changed, 0 to 1: the part of the steps that is run. With 1 the picture has no influence
   *     where it is painted anew
   */
  record FromPicture(Picture picture, Mask mask, double strength) implements Start {
    public FromPicture {
      if (!(strength >= 0 && strength <= 1)) {
        throw new IllegalArgumentException("strength must be from 0 to 1 (got " + strength + ")");
      }
      if (mask.width() != picture.width() || mask.height() != picture.height()) {
        throw new IllegalArgumentException("the mask must have the size of its picture, " + picture.width() + "x" + picture.height()
            + " (got " + mask.width() + "x" + mask.height() + ")");
      }
    }
  }

  /** diffusers' strength for a picture without a mask. */
  double DEFAULT_STRENGTH = 0.6;
  /** diffusers' strength for a picture with a mask. */
  double DEFAULT_MASKED_STRENGTH = 1;

  Start NOISE = new FromNoise();

  /** The first step that is run. */
  default int firstStep(int steps) {
    return this instanceof FromPicture from ? FlowMatchEuler.firstStep(steps, from.strength()) : 0;
  }

  /** @throws IllegalArgumentException if a picture of that size and so many steps cannot be made from it */
  default void requireFor(int width, int height, int steps) {
    if (!(this instanceof FromPicture from)) {
      return;
    }
    if (from.picture().width() != width || from.picture().height() != height) {
      throw new IllegalArgumentException("the picture to start from must have the size that is asked for, " + width + "x" + height
          + " (got " + from.picture().width() + "x" + from.picture().height() + ")");
    }
    if (firstStep(steps) == steps) {
      throw new IllegalArgumentException("strength " + from.strength() + " leaves less than one of " + steps
          + " steps: raise strength or steps");
    }
  }
}
