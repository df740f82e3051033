package org.zimage.pipeline;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.zimage.model.Canvas;
import org.zimage.model.ModelManifest;
import org.zimage.pipeline.StepListener.Phase;
import org.zimage.pipeline.memory.MemoryPlan;
import org.zimage.pipeline.network.Network;
import org.zimage.pipeline.sampler.FlowMatchEuler;
import org.zimage.pipeline.sampler.Guidance;

/** One run of the model, which turns noise into a picture. Used once, by one thread; the creator closes it. */
final class Generation implements AutoCloseable {
  private final ZImageModel model;
  private final Sampling sampling;
  private final Canvas canvas;
  private final FlowMatchEuler schedule;
  private final Guidance guidance;
  private final float[] latents;
  private Caption positive;
  private Caption negative;

  Generation(ZImageModel model, Sampling sampling) {
    this.model = model;
    this.sampling = sampling;
    this.canvas = Canvas.holding(sampling.width(), sampling.height(), model.manifest());
    this.schedule = FlowMatchEuler.of(sampling.steps(), model.manifest().schedulerShift());
    this.guidance = new Guidance(sampling.guidanceScale(), sampling.cfgTruncation(), sampling.cfgNormalization());
    this.latents = sampling.noise().standardNormal(sampling.seed(), canvas.latentCount());
  }

  /** Encodes the prompts; the first of the calls on a generation. */
  void prepare() {
    positive = caption(sampling.prompt());
    if (sampling.guidanceScale() > 0) {
      negative = caption(sampling.negativePrompt());
    }
  }

  private Caption caption(String prompt) {
    int[] tokens = model.promptEncoder().tokens(prompt, sampling.maxSequenceLength());
    try (TFloat32 embeddings = model.promptEncoder().embeddings(tokens)) {
      return Caption.refine(embeddings, canvas, model.transformer(), model.manifest());
    }
  }

  /** @throws GenerationCancelled if the listener asked for it */
  Picture run(StepListener listener) {
    model.memory().require(model.memoryPlan().picture(canvas, tokens()), what());
    timed(listener, Phase.PROMPT, this::prepare);
    for (int step = 0; step < schedule.steps(); step++) {
      int current = step;
      timed(listener, Phase.STEP, () -> step(current));
      if (!listener.afterStep(step + 1, schedule.steps())) {
        throw new GenerationCancelled(step + 1, schedule.steps());
      }
    }
    model.memory().require(model.memoryPlan().decoding(canvas), what());
    AtomicReference<Picture> picture = new AtomicReference<>();
    timed(listener, Phase.DECODING, () -> picture.set(decode().centre(sampling.width(), sampling.height())));
    model.memory().hold(model.memoryPlan().picture(canvas, tokens()));
    return picture.get();
  }

  private String what() {
    return "A picture of " + sampling.width() + "x" + sampling.height();
  }

  /** The tokens of the picture and of the longest prompt that it may have. */
  private long tokens() {
    return canvas.paddedTokens() + Canvas.roundedUp(sampling.maxSequenceLength(), ModelManifest.TOKEN_MULTIPLE);
  }

  private static void timed(StepListener listener, Phase phase, Runnable work) {
    long start = System.nanoTime();
    work.run();
    listener.took(phase, Duration.ofNanos(System.nanoTime() - start));
  }

  void step(int step) {
    float time = schedule.time(step);
    try (TFloat32 current = latentsTensor(); TFloat32 timeTensor = TFloat32.vectorOf(time)) {
      float[] prediction = predict(current, timeTensor, positive);
      if (guidance.isActive(time)) {
        guidance.apply(prediction, predict(current, timeTensor, negative));
      }
      schedule.step(step, latents, prediction);
    }
  }

  private float[] predict(TFloat32 current, TFloat32 time, Caption caption) {
    RotaryTable rotary = caption.rotary();
    try (Network.Outputs outputs = model.transformer().call(denoise(rotary.cos().shape().get(0)), Map.of("latents", current, "time", time,
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
  }
}
