package org.zimage.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A Hugging Face checkpoint of Z-Image: its configurations, checked against each other, and its tensors, not yet read.
 *
 * @param schedulerShift of the sigmas (FlowMatchEulerDiscreteScheduler)
 */
public record ZImageCheckpoint(Path folder, TextEncoderConfig textEncoder, TransformerConfig transformer, VaeConfig vae,
    double schedulerShift, SafeTensors textEncoderTensors, SafeTensors transformerTensors, SafeTensors vaeTensors) {

  /** @throws CheckpointException if the folder is not a complete checkpoint of Z-Image */
  public static ZImageCheckpoint open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(folder + " is not a folder: name a Hugging Face checkpoint of Z-Image");
    }
    Fields index = Fields.of(folder.resolve("model_index.json"));
    index.require(index.text("_class_name").equals("ZImagePipeline"), "_class_name", "ZImagePipeline");
    ZImageCheckpoint checkpoint = new ZImageCheckpoint(folder,
        TextEncoderConfig.read(folder.resolve("text_encoder/config.json")),
        TransformerConfig.read(folder.resolve("transformer/config.json")),
        VaeConfig.read(folder.resolve("vae/config.json")),
        schedulerShift(folder.resolve("scheduler/scheduler_config.json")),
        SafeTensors.open(component(folder, "text_encoder")),
        SafeTensors.open(component(folder, "transformer")),
        SafeTensors.open(component(folder, "vae")));
    checkpoint.checkThatPartsFit();
    return checkpoint;
  }

  private static Path component(Path folder, String name) {
    Path component = folder.resolve(name);
    if (!Files.isDirectory(component)) {
      throw new CheckpointException(component + " is missing");
    }
    return component;
  }

  private static double schedulerShift(Path file) {
    Fields fields = Fields.of(file);
    fields.require(fields.text("_class_name").equals("FlowMatchEulerDiscreteScheduler"), "_class_name",
        "FlowMatchEulerDiscreteScheduler");
    for (String other : List.of("use_dynamic_shifting", "use_karras_sigmas", "use_exponential_sigmas",
        "use_beta_sigmas", "invert_sigmas", "stochastic_sampling")) {
      fields.require(!fields.flag(other, false), other, "false");
    }
    return fields.number("shift");
  }

  private void checkThatPartsFit() {
    if (transformer.captionDim() != textEncoder.hiddenSize()) {
      throw new CheckpointException(folder.resolve("transformer/config.json") + ": cap_feat_dim is "
          + transformer.captionDim() + ", expected the text encoder's hidden_size " + textEncoder.hiddenSize());
    }
    if (transformer.inChannels() != vae.latentChannels()) {
      throw new CheckpointException(folder.resolve("transformer/config.json") + ": in_channels is "
          + transformer.inChannels() + ", expected the VAE's latent_channels " + vae.latentChannels());
    }
    TokenizerFile.check(tokenizer());
  }

  public Path tokenizer() {
    return folder.resolve("tokenizer/tokenizer.json");
  }

  /** Width and height of a canvas must be multiples of this many pixels: one patch of 2x2 latents. */
  public int canvasMultiple() {
    return 2 * vae.scale();
  }
}
