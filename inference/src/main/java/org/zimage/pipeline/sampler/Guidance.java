package org.zimage.pipeline.sampler;

/**
 * Classifier-free guidance as {@code ZImagePipeline} does it.
 *
 * @param scale how far to go from the negative to the positive prediction; 0: no guidance
 * @param truncation the model's time after which guidance is off; above 1: never
 * @param normalization whether the result's norm is clipped to the positive prediction's
 */
public record Guidance(double scale, double truncation, boolean normalization) {

  public boolean isActive(float time) {
    return scale > 0 && !(truncation <= 1 && time > truncation);
  }

  /** positive + scale · (positive - negative), into {@code positive}. */
  public void apply(float[] positive, float[] negative) {
    double positiveNorm = norm(positive);
    float factor = (float) scale;
    for (int i = 0; i < positive.length; i++) {
      positive[i] += factor * (positive[i] - negative[i]);
    }
    if (normalization) {
      double norm = norm(positive);
      if (norm > positiveNorm) {
        float shrink = (float) (positiveNorm / norm);
        for (int i = 0; i < positive.length; i++) {
          positive[i] *= shrink;
        }
      }
    }
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
