package org.zimage.worker;

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
  static Map<String, String> texts(GenerationTask task, ModelManifest manifest) {
    Map<String, String> texts = sampling(task).texts(manifest);
    texts.put("task_id", task.taskId());
    return texts;
  }
}
