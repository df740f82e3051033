package org.zimage.pipeline.sampler;

/**
 * Classifier-free guidance as {@code ZImagePipeline} does it.
 *
 * @param scale how far to go from the negative to the positive prediction; 0: no guidance
 * @param truncation the model's time after which guidance is off; above 1: never
 * @param normalization the result's norm is at most the positive prediction's times this; 0: no limit
 */
public record Guidance(double scale, double truncation, double normalization) {

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
    if (normalization > 0) {
      double norm = norm(positive);
      double longest = normalization * positiveNorm;
      if (norm > longest) {
        float shrink = (float) (longest / norm);
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
