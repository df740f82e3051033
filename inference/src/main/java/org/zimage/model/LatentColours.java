package org.zimage.model;

/**
 * The colours that latents stand for, as a linear function of them: a coarse picture without the decoder. Fitted when a model is
 * exported. Immutable: nobody writes to its arrays.
 *
 * @param weights one row of as many values as there are channels for each of red, green, blue
 * @param offsets one for each of red, green, blue. Colours go from 0 to 1
 */
public record LatentColours(double[] weights, double[] offsets) {
  private static final int COLOURS = 3;
  private static final int BRIGHTEST = 255;
  /** Of a model that was exported before there were any. */
  public static final LatentColours UNKNOWN = new LatentColours(new double[0], new double[0]);

  public boolean areKnown() {
    return offsets.length == COLOURS;
  }

  /**
   * Three bytes for each place of the latents.
   *
   * @param latents [channels, height, width]
   */
  public byte[] rgb(float[] latents) {
    int channels = weights.length / COLOURS;
    int places = latents.length / channels;
    byte[] rgb = new byte[COLOURS * places];
    for (int colour = 0; colour < COLOURS; colour++) {
      for (int place = 0; place < places; place++) {
        double value = offsets[colour];
        for (int channel = 0; channel < channels; channel++) {
          value += weights[colour * channels + channel] * latents[channel * places + place];
        }
        rgb[COLOURS * place + colour] = (byte) Math.round(BRIGHTEST * Math.max(0, Math.min(value, 1)));
      }
    }
    return rgb;
  }
}
