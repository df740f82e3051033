package org.zimage.checkpoint.source;

import java.nio.file.Files;
import java.nio.file.Path;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.TextEncoderConfig;
import org.zimage.checkpoint.TokenizerFile;
import org.zimage.checkpoint.TransformerConfig;
import org.zimage.checkpoint.VaeConfig;
import org.zimage.checkpoint.weights.Weights;

/**
 * A checkpoint of Z-Image: its configurations, checked against each other, and its weights, not yet read.
 *
 * @param schedulerShift of the sigmas (FlowMatchEulerDiscreteScheduler)
 * @param tokenizer {@code tokenizer.json}
 * @param defaults what it was made for, as far as it is known
 */
public record ZImageCheckpoint(TextEncoderConfig textEncoder, TransformerConfig transformer, VaeConfig vae, double schedulerShift,
    Weights textEncoderWeights, Weights transformerWeights, Weights vaeWeights, Path tokenizer,
    SamplingDefaults defaults) {

  /** @throws CheckpointException if the folder is not a complete checkpoint of Z-Image */
  public static ZImageCheckpoint open(Path folder) {
    return open(CheckpointSources.of(folder));
  }

  /** @throws CheckpointException if a part is missing, or is none of Z-Image */
  public static ZImageCheckpoint open(CheckpointSources sources) {
    if (sources.checkpoint() != null && !Files.exists(sources.checkpoint())) {
      throw new CheckpointException(sources.checkpoint() + " is not there: name a Hugging Face checkpoint of Z-Image, or a file");
    }
    ZImageCheckpoint checkpoint = new CheckpointReader(sources).read();
    checkpoint.checkThatPartsFit();
    return checkpoint;
  }

  private void checkThatPartsFit() {
    if (transformer.captionDim() != textEncoder.hiddenSize()) {
      throw new CheckpointException(transformerWeights.place() + ": cap_feat_dim is " + transformer.captionDim()
          + ", expected the text encoder's hidden_size " + textEncoder.hiddenSize());
    }
    if (transformer.inChannels() != vae.latentChannels()) {
      throw new CheckpointException(transformerWeights.place() + ": in_channels is " + transformer.inChannels()
          + ", expected the VAE's latent_channels " + vae.latentChannels());
    }
    TokenizerFile.check(tokenizer);
  }

  /** Width and height of a canvas must be multiples of this many pixels: one patch of 2x2 latents. */
  public int canvasMultiple() {
    return 2 * vae.scale();
  }
}
