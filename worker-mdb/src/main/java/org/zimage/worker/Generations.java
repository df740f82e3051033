package org.zimage.worker;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.zimage.model.ModelManifest;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.sampler.NoiseGenerator;
import org.zimage.task.GenerationParameters;
import org.zimage.task.GenerationTask;

/** A task's row as the model's parameters, and as the text that its picture carries. */
final class Generations {
  private static final Sampling DEFAULTS = Sampling.of("", 0);

  private Generations() {}

  static Sampling sampling(GenerationTask task) {
    GenerationParameters wanted = task.parameters();
    return new Sampling(wanted.prompt(), wanted.negativePrompt() == null ? "" : wanted.negativePrompt(), wanted.width(),
        wanted.height(), wanted.numInferenceSteps(), wanted.guidanceScale(), wanted.seed(),
        wanted.cfgNormalization() == null ? DEFAULTS.cfgNormalization() : wanted.cfgNormalization(),
        wanted.cfgTruncation() == null ? DEFAULTS.cfgTruncation() : wanted.cfgTruncation(),
        wanted.maxSequenceLength() == null ? DEFAULTS.maxSequenceLength() : wanted.maxSequenceLength(),
        wanted.noise() == null ? DEFAULTS.noise() : NoiseGenerator.valueOf(wanted.noise().toUpperCase(Locale.ROOT)));
  }

  /** Everything needed to make the picture again, by keyword. */
  static Map<String, String> texts(GenerationTask task, ModelManifest card) {
    Sampling sampling = sampling(task);
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prompt", sampling.prompt());
    texts.put("negative_prompt", sampling.negativePrompt());
    texts.put("seed", Long.toString(sampling.seed()));
    texts.put("width", Integer.toString(sampling.width()));
    texts.put("height", Integer.toString(sampling.height()));
    texts.put("num_inference_steps", Integer.toString(sampling.steps()));
    texts.put("guidance_scale", Double.toString(sampling.guidanceScale()));
    texts.put("cfg_normalization", Boolean.toString(sampling.cfgNormalization()));
    texts.put("cfg_truncation", Double.toString(sampling.cfgTruncation()));
    texts.put("max_sequence_length", Integer.toString(sampling.maxSequenceLength()));
    texts.put("noise", sampling.noise().lowerCaseName());
    texts.put("model", card.name() + " " + card.dtype().lowerCaseName() + " " + card.sourceChecksum());
    texts.put("task_id", task.taskId());
    return texts;
  }
}
