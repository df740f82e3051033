package org.zimage.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.zimage.model.Canvas;
import org.zimage.model.LatentColours;
import org.zimage.model.ModelManifest;
import org.zimage.picture.Picture;
import org.zimage.pipeline.StepListener.Phase;
import org.zimage.pipeline.memory.MemoryPlan;
import org.zimage.pipeline.network.Network;
import org.zimage.pipeline.sampler.FlowMatchEuler;
import org.zimage.pipeline.sampler.Guidance;
import org.zimage.pipeline.sampler.NoiseStream;

/** One run of the model, which turns noise, or a picture with noise over it, into a picture. Used once, by one thread; the creator closes it. */
final class Generation implements AutoCloseable {
  private final ZImageModel model;
  private final Sampling sampling;
  private final Canvas canvas;
  private final FlowMatchEuler schedule;
  private final Guidance guidance;
  private final int firstStep;
  private float[] latents;
  /** What the generation starts from; null where that is noise alone. */
  private StartLatents source;
  private Caption positive;
  private Caption negative;
  private Transformer transformer;

  Generation(ZImageModel model, Sampling sampling) {
    this.model = model;
    this.sampling = sampling;
    this.canvas = Canvas.holding(sampling.width(), sampling.height(), model.manifest());
    this.schedule = FlowMatchEuler.of(sampling.steps(), model.manifest().schedulerShift());
    this.guidance = new Guidance(sampling.guidanceScale(), sampling.cfgTruncation(), sampling.cfgNormalization());
    this.firstStep = sampling.start().firstStep(sampling.steps());
  }

  /** Applies the adapters and encodes the prompts, and the picture that the generation starts from; the first of the calls on a generation. */
  void prepare(StepListener listener) {
    transformer = sampling.adapters().isEmpty() ? model.transformer(List.of())
        : timed(listener, Phase.ADAPTERS, () -> model.transformer(sampling.adapters()));
    timed(listener, Phase.PROMPT, this::encodePrompts);
    NoiseStream noise = sampling.noise().seeded(sampling.seed());
    if (sampling.start() instanceof Start.FromPicture from) {
      source = timed(listener, Phase.ENCODING,
          () -> StartLatents.encode(from, canvas, noise, model.vaeEncoder(), model.memoryPlan()));
      latents = source.before(firstStep, schedule);
    } else {
      latents = noise.next(canvas.latentCount());
    }
  }

  private void encodePrompts() {
    positive = caption(sampling.prompt());
    if (sampling.guidanceScale() > 0) {
      negative = caption(sampling.negativePrompt());
    }
  }

  private Caption caption(String prompt) {
    int[] tokens = model.promptEncoder().tokens(prompt, sampling.maxSequenceLength());
    try (TFloat32 embeddings = model.promptEncoder().embeddings(tokens)) {
      return Caption.refine(embeddings, canvas, transformer, model.manifest());
    }
  }

  /** @throws GenerationCancelled if the listener asked for it */
  Picture run(StepListener listener) {
    model.memory().require(neededBytes(), what());
    prepare(listener);
    for (int step = firstStep; step < schedule.steps(); step++) {
      int current = step;
      float[] prediction = timed(listener, Phase.STEP, () -> step(current));
      int done = step + 1 - firstStep;
      if (!listener.afterStep(done, sampling.stepsRun(), () -> preview(current, prediction))) {
        throw new GenerationCancelled(done, sampling.stepsRun());
      }
    }
    model.memory().require(model.memoryPlan().decoding(canvas), what());
    Picture picture = timed(listener, Phase.DECODING, () -> decode().centre(sampling.width(), sampling.height()));
    model.memory().hold(neededBytes());
    return picture;
  }

  private long neededBytes() {
    MemoryPlan plan = model.memoryPlan();
    long drawing = plan.picture(canvas, tokens());
    return sampling.start() instanceof Start.FromPicture ? Math.max(drawing, plan.encoding(canvas)) : drawing;
  }

  private String what() {
    return "A picture of " + sampling.width() + "x" + sampling.height();
  }

  /** The tokens of the picture and of the longest prompt that it may have. */
  private long tokens() {
    return canvas.paddedTokens() + Canvas.roundedUp(sampling.maxSequenceLength(), ModelManifest.TOKEN_MULTIPLE);
  }

  private static <T> T timed(StepListener listener, Phase phase, Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    listener.took(phase, Duration.ofNanos(System.nanoTime() - start));
    return result;
  }

  private static void timed(StepListener listener, Phase phase, Runnable work) {
    timed(listener, phase, () -> {
      work.run();
      return null;
    });
  }

  /**
   * Moves the latents on.
   *
   * @return the network's prediction, guidance included: minus the velocity
   */
  float[] step(int step) {
    float time = schedule.time(step);
    try (TFloat32 current = latentsTensor(); TFloat32 timeTensor = TFloat32.vectorOf(time)) {
      float[] prediction = predict(current, timeTensor, positive);
      if (guidance.isActive(time)) {
        guidance.apply(prediction, predict(current, timeTensor, negative));
      }
      schedule.step(step, latents, prediction);
      if (source != null) {
        source.keepBefore(step + 1, schedule, latents);
      }
      return prediction;
    }
  }

  /** What the picture would become, a pixel for each place of the latents. What is kept is shown as it is. */
  private Optional<Picture> preview(int step, float[] prediction) {
    LatentColours colours = model.manifest().latentColours();
    if (!colours.areKnown()) {
      return Optional.empty();
    }
    float[] estimate = schedule.estimate(step, latents, prediction);
    if (source != null) {
      source.keep(estimate);
    }
    Picture whole = new Picture(canvas.latentColumns(), canvas.latentRows(), colours.rgb(estimate));
    return Optional.of(whole.centre(inLatents(sampling.width()), inLatents(sampling.height())));
  }

  private int inLatents(int pixels) {
    return Math.max(1, Math.round((float) pixels / canvas.scale()));
  }

  private float[] predict(TFloat32 current, TFloat32 time, Caption caption) {
    RotaryTable rotary = caption.rotary();
    try (Network.Outputs outputs = transformer.call(denoise(rotary.cos().shape().get(0)), Map.of("latents", current, "time", time,
        "caption", caption.tokens(), "cos", rotary.cos(), "sin", rotary.sin()), "prediction")) {
      float[] prediction = new float[latents.length];
      ((TFloat32) outputs.get("prediction")).asRawTensor().data().asFloats().read(prediction);
      return prediction;
    }
  }

  private static String denoise(long tokens) {
    int parts = MemoryPlan.queryParts(tokens);
    return parts == 1 ? "denoise" : "denoise_in_" + parts + "_parts";
  }

  private TFloat32 latentsTensor() {
    return TFloat32.tensorOf(Shape.of(canvas.channels(), canvas.latentRows(), canvas.latentColumns()),
        DataBuffers.of(latents, true, false));
  }

  private Picture decode() {
    byte[] rgb = new byte[canvas.width() * canvas.height() * 3];
    String signature = model.memoryPlan().isInStripes(canvas) ? "decode_in_stripes" : "decode";
    try (TFloat32 current = latentsTensor();
        Network.Outputs outputs = model.vaeDecoder().call(signature, Map.of("latents", current), "image")) {
      ((TUint8) outputs.get("image")).asRawTensor().data().read(rgb);
    }
    return new Picture(canvas.width(), canvas.height(), rgb);
  }

  float[] latents() {
    return latents.clone();
  }

  @Override
  public void close() {
    if (positive != null) {
      positive.close();
    }
    if (negative != null) {
      negative.close();
    }
    if (transformer != null) {
      transformer.close();
    }
  }
}
