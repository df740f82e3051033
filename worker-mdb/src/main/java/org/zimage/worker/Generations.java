package org.zimage.worker;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.zimage.adapter.AppliedAdapter;
import org.zimage.input.InputPictures;
import org.zimage.model.ModelManifest;
import org.zimage.picture.Mask;
import org.zimage.picture.Picture;
import org.zimage.picture.marking.DigitalSourceType;
import org.zimage.picture.marking.Marks;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.sampler.NoiseGenerator;
import org.zimage.settings.MarkSettings;
import org.zimage.task.GenerationParameters;
import org.zimage.task.GenerationTask;
import org.zimage.task.GenerationTask.StartPictures;
import org.zimage.task.lifecycle.Claim;

/** A task's row as the model's parameters, and as the text that its picture carries. */
final class Generations {
  private static final String READ = "read the picture to start from";
  private static final Sampling DEFAULTS = Sampling.of("", 0);

  private Generations() {}

  /** What a task draws, with its adapters and the pictures that it begins with. */
  static Sampling sampling(Claim claim, GenerationTask task, InputPictures inputs, Supplier<List<AppliedAdapter>> adapters) {
    Sampling fromNoise = sampling(task).withAdapters(StorePatience.ask(claim, "fetch the adapters", adapters));
    StartPictures start = task.start();
    if (start == null) {
      return fromNoise;
    }
    Picture picture = StorePatience.ask(claim, READ, () -> inputs.read(start.imagePath()));
    double strength = task.parameters().strength();
    if (start.maskPath() == null) {
      return fromNoise.from(picture, strength);
    }
    Mask mask = StorePatience.ask(claim, READ, () -> inputs.readMask(start.maskPath()));
    return fromNoise.from(picture, mask, strength);
  }

  private static Sampling sampling(GenerationTask task) {
    GenerationParameters wanted = task.parameters();
    return new Sampling(wanted.prompt(), wanted.negativePrompt() == null ? "" : wanted.negativePrompt(), wanted.width(),
        wanted.height(), wanted.numInferenceSteps(), wanted.guidanceScale(), wanted.seed(),
        wanted.cfgNormalization() == null ? DEFAULTS.cfgNormalization() : wanted.cfgNormalization(),
        wanted.cfgTruncation() == null ? DEFAULTS.cfgTruncation() : wanted.cfgTruncation(),
        wanted.maxSequenceLength() == null ? DEFAULTS.maxSequenceLength() : wanted.maxSequenceLength(),
        wanted.noise() == null ? DEFAULTS.noise() : NoiseGenerator.valueOf(wanted.noise().toUpperCase(Locale.ROOT)));
  }

  /** How a task's picture came to be, and who answers for it where the settings say so. */
  static Marks marks(GenerationTask task, String imageId, MarkSettings settings) {
    return new Marks(DigitalSourceType.ofDrawing(task.parameters().image() != null), settings.label(imageId));
  }

  /** Everything needed to make the picture again, by keyword; nothing where the caller or the operator does not want it in files. */
  static Map<String, String> texts(Sampling drawn, GenerationTask task, ModelManifest manifest, MarkSettings settings) {
    if (!settings.embedsParameters() || !task.parameters().embedsParameters()) {
      return Map.of();
    }
    Map<String, String> texts = drawn.texts(manifest);
    GenerationParameters wanted = task.parameters();
    if (wanted.image() != null) {
      texts.put("image", wanted.image());
    }
    if (wanted.maskImage() != null) {
      texts.put("mask_image", wanted.maskImage());
      texts.put("preserve_unmasked", Boolean.toString(wanted.preservesUnmasked()));
    }
    texts.put("task_id", task.taskId());
    return texts;
  }
}
