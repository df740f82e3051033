package org.zimage.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.zimage.adapter.AppliedAdapter;
import org.zimage.model.ModelManifest;
import org.zimage.checkpoint.source.SamplingDefaults;
import org.zimage.picture.Mask;
import org.zimage.picture.Picture;
import org.zimage.picture.RepaintedRegion;
import org.zimage.pipeline.sampler.NoiseGenerator;

/**
 * The parameters of one picture.
 *
 * @param negativePrompt what to stay away from; used with guidance only
 * @param width of the picture in pixels; any size, drawn on the next larger canvas of the model and cropped
 * @param steps of the sampler, each one pass of the transformer (two with guidance)
 * @param guidanceScale 0 for none
 * @param cfgNormalization how many times as long as the prediction for the prompt the guided one may be; 0 for no limit
 * @param cfgTruncation the model's time (0 to 1) after which guidance is off; above 1: never
 * @param maxSequenceLength the prompt's tokens, with its template, are cut to this many
 * @param start noise, or a picture that is changed
 * @param adapters what is added to the model's weights, in this order
 */
public record Sampling(String prompt, String negativePrompt, int width, int height, int steps, double guidanceScale, long seed,
    double cfgNormalization, double cfgTruncation, int maxSequenceLength, NoiseGenerator noise, Start start,
    List<AppliedAdapter> adapters) {
  public static final int MIN_SIDE_PIXELS = SamplingDefaults.MIN_SIDE_PIXELS;
  public static final int MAX_SIDE_PIXELS = SamplingDefaults.MAX_SIDE_PIXELS;
  public static final int MAX_STEPS = SamplingDefaults.MAX_STEPS;
  public static final int MAX_SEQUENCE_TOKENS = 1024;

  public Sampling {
    requireBetween("width", width, MIN_SIDE_PIXELS, MAX_SIDE_PIXELS);
    requireBetween("height", height, MIN_SIDE_PIXELS, MAX_SIDE_PIXELS);
    requireBetween("steps", steps, 1, MAX_STEPS);
    requireBetween("max_sequence_length", maxSequenceLength, 1, MAX_SEQUENCE_TOKENS);
    if (!(guidanceScale >= 0 && guidanceScale <= SamplingDefaults.MAX_GUIDANCE)) {
      throw new IllegalArgumentException("guidance_scale must be from 0 to " + SamplingDefaults.MAX_GUIDANCE
          + " (got " + guidanceScale + ")");
    }
    if (!(cfgNormalization >= 0 && Double.isFinite(cfgNormalization))) {
      throw new IllegalArgumentException("cfg_normalization must be a number from 0 (got " + cfgNormalization + ")");
    }
    if (Double.isNaN(cfgTruncation)) {
      throw new IllegalArgumentException("cfg_truncation must be a number (got NaN)");
    }
    start.requireFor(width, height, steps);
    adapters = List.copyOf(adapters);
    if (adapters.size() > AppliedAdapter.MAX_ADAPTERS) {
      throw new IllegalArgumentException("a picture has at most " + AppliedAdapter.MAX_ADAPTERS + " adapters (got " + adapters.size() + ")");
    }
  }

  /** A picture from noise. */
  public Sampling(String prompt, String negativePrompt, int width, int height, int steps, double guidanceScale, long seed,
      double cfgNormalization, double cfgTruncation, int maxSequenceLength, NoiseGenerator noise) {
    this(prompt, negativePrompt, width, height, steps, guidanceScale, seed, cfgNormalization, cfgTruncation, maxSequenceLength, noise,
        Start.NOISE, List.of());
  }

  private static void requireBetween(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(name + " must be from " + least + " to " + most + " (got " + value + ")");
    }
  }

  /** The service's defaults: 1024x1024, nine steps, no guidance. */
  public static Sampling of(String prompt, long seed) {
    return new Sampling(prompt, "", 1024, 1024, 9, 0, seed, 0, 1.0, 512, NoiseGenerator.CPU);
  }

  /** The same with what a model says in place of the service's defaults; where it says nothing, they hold. */
  public Sampling withDefaults(SamplingDefaults model) {
    return new Sampling(prompt, Objects.requireNonNullElse(model.negativePrompt(), negativePrompt), width, height,
        Objects.requireNonNullElse(model.steps(), steps), Objects.requireNonNullElse(model.guidanceScale(), guidanceScale), seed,
        Objects.requireNonNullElse(model.cfgNormalization(), cfgNormalization), cfgTruncation, maxSequenceLength, noise, start, adapters);
  }

  public Sampling withSize(int newWidth, int newHeight) {
    return new Sampling(prompt, negativePrompt, newWidth, newHeight, steps, guidanceScale, seed, cfgNormalization, cfgTruncation,
        maxSequenceLength, noise, start, adapters);
  }

  public Sampling withSteps(int newSteps) {
    return new Sampling(prompt, negativePrompt, width, height, newSteps, guidanceScale, seed, cfgNormalization, cfgTruncation,
        maxSequenceLength, noise, start, adapters);
  }

  public Sampling withGuidance(double scale, String newNegativePrompt, double normalization, double truncation) {
    return new Sampling(prompt, newNegativePrompt, width, height, steps, scale, seed, normalization, truncation,
        maxSequenceLength, noise, start, adapters);
  }

  public Sampling withNoise(NoiseGenerator newNoise) {
    return new Sampling(prompt, negativePrompt, width, height, steps, guidanceScale, seed, cfgNormalization, cfgTruncation,
        maxSequenceLength, newNoise, start, adapters);
  }

  public Sampling withAdapters(List<AppliedAdapter> newAdapters) {
    return new Sampling(prompt, negativePrompt, width, height, steps, guidanceScale, seed, cfgNormalization, cfgTruncation,
        maxSequenceLength, noise, start, newAdapters);
  }

  /** The same from a picture, in the picture's size. */
  public Sampling from(Picture picture, double strength) {
    return from(picture, Mask.everything(picture.width(), picture.height()), strength);
  }

  /** The same from a picture of which only what the mask covers is painted anew, in the picture's size. */
  public Sampling from(Picture picture, Mask mask, double strength) {
    return new Sampling(prompt, negativePrompt, picture.width(), picture.height(), steps, guidanceScale, seed, cfgNormalization,
        cfgTruncation, maxSequenceLength, noise, new Start.FromPicture(picture, mask, strength), adapters);
  }

  /** How many of the steps are run: all, or fewer where a picture is only changed a little. */
  public int stepsRun() {
    return steps - start.firstStep(steps);
  }

  /**
   * The picture to hand out, made of what the model has drawn.
   *
   * @param preserveUnmasked whether the picture that this one starts from stays as it is, pixel by pixel, where its mask keeps it: see
   *     {@link RepaintedRegion}. Otherwise it is there as the autoencoder gives it back, which is somewhat blurred
   */
  public Picture finished(Picture drawn, boolean preserveUnmasked) {
    if (!preserveUnmasked || !(start instanceof Start.FromPicture from) || from.mask().isEverything()) {
      return drawn;
    }
    return RepaintedRegion.of(from.mask()).putBack(from.picture(), drawn);
  }

  /** As requests say it, where 0 and 1 are truth values. */
  private String normalizationText() {
    return cfgNormalization == 0 || cfgNormalization == 1 ? Boolean.toString(cfgNormalization == 1) : Double.toString(cfgNormalization);
  }

  /**
   * Everything needed to make the picture again, by the keywords under which a PNG carries it; apart from the picture and the mask
   * that it starts from.
   */
  public Map<String, String> texts(ModelManifest manifest) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prompt", prompt);
    texts.put("negative_prompt", negativePrompt);
    texts.put("seed", Long.toString(seed));
    texts.put("width", Integer.toString(width));
    texts.put("height", Integer.toString(height));
    texts.put("num_inference_steps", Integer.toString(steps));
    texts.put("guidance_scale", Double.toString(guidanceScale));
    texts.put("cfg_normalization", normalizationText());
    texts.put("cfg_truncation", Double.toString(cfgTruncation));
    texts.put("max_sequence_length", Integer.toString(maxSequenceLength));
    texts.put("noise", noise.lowerCaseName());
    if (start instanceof Start.FromPicture from) {
      texts.put("strength", Double.toString(from.strength()));
    }
    if (!adapters.isEmpty()) {
      texts.put("loras", AppliedAdapter.describe(adapters));
    }
    texts.put("model", manifest.name() + " " + manifest.dtype().lowerCaseName() + " " + manifest.sourceChecksum());
    return texts;
  }
}
