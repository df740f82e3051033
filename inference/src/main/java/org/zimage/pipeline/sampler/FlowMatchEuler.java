package org.zimage.pipeline.sampler;

/**
 * The noise levels of a generation and the Euler steps between them (diffusers' {@code FlowMatchEulerDiscreteScheduler} as
 * {@code ZImagePipeline} calls it). Immutable.
 */
public final class FlowMatchEuler {
  private static final float TRAINING_STEPS = 1000;

  private final float[] sigmas;

  private FlowMatchEuler(float[] sigmas) {
    this.sigmas = sigmas;
  }

  /**
   * The schedule of so many steps: sigmas from 1 to 1 / steps at equal distances, each shifted to shift · s / (1 + (shift - 1) ·
   * s), and a 0 at the end.
   */
  public static FlowMatchEuler of(int steps, double shift) {
    float[] sigmas = new float[steps + 1];
    for (int step = 0; step < steps; step++) {
      double even = steps == 1 ? 1 : 1 + step * (1.0 / steps - 1) / (steps - 1);
      sigmas[step] = (float) (shift * even / (1 + (shift - 1) * even));
    }
    return new FlowMatchEuler(sigmas);
  }

  /**
   * The first step that is run where a picture is changed so much (diffusers' {@code get_timesteps}): n - n · strength, cut to a
   * whole number. It is {@code steps} where no step is left, with a strength of 0. Above it the last one is: doubles cannot tell 1 - 1e-17
   * from 1.
   *
   * @param strength from 0 to 1
   */
  public static int firstStep(int steps, double strength) {
    int last = strength == 0 ? steps : steps - 1;
    return (int) Math.min(Math.max(steps - Math.min(steps * strength, steps), 0), last);
  }

  public int steps() {
    return sigmas.length - 1;
  }

  float[] sigmas() {
    return sigmas.clone();
  }

  /** The model's time before that step, (1000 - timestep) / 1000: 0 at pure noise, towards 1 at the picture. */
  public float time(int step) {
    float timestep = sigmas[step] * TRAINING_STEPS;
    return (TRAINING_STEPS - timestep) / TRAINING_STEPS;
  }

  /**
   * The latents of a picture with as much noise as there is before that step, sigma · noise + (1 - sigma) · picture (diffusers'
   * {@code scale_noise}). Before step number {@link #steps}, after the last, there is none.
   */
  public float[] noised(int step, float[] picture, float[] noise) {
    float sigma = sigmas[step];
    float[] noised = new float[picture.length];
    for (int i = 0; i < noised.length; i++) {
      noised[i] = sigma * noise[i] + (1 - sigma) * picture[i];
    }
    return noised;
  }

  /**
   * The picture that the latents become if the velocity stays what it was in that step: x - sigma · velocity.
   *
   * @param latents after the step
   * @param prediction the network's raw output in that step, minus the velocity
   */
  public float[] estimate(int step, float[] latents, float[] prediction) {
    float sigma = sigmas[step + 1];
    float[] estimate = new float[latents.length];
    for (int i = 0; i < estimate.length; i++) {
      estimate[i] = latents[i] + sigma * prediction[i];
    }
    return estimate;
  }

  /**
   * Moves the latents along the velocity, in place; the velocity is minus the network's prediction.
   *
   * @param prediction the network's raw output, of the same length
   */
  public void step(int step, float[] latents, float[] prediction) {
    float distance = sigmas[step + 1] - sigmas[step];
    for (int i = 0; i < latents.length; i++) {
      latents[i] -= distance * prediction[i];
    }
  }
}
