package org.zimage.checkpoint.source;

import java.nio.file.Path;

/**
 * Where the parts of a checkpoint are. What is null comes from {@code checkpoint}.
 *
 * @param checkpoint a folder in the layout of diffusers, or one file with all networks; null where each has its own place
 * @param transformer a file, or a folder with files and a {@code config.json}
 * @param textEncoder likewise
 * @param vae likewise
 * @param tokenizer {@code tokenizer.json}, or the folder that has it
 * @param variant which model it is; null: what the folder says, otherwise Z-Image-Turbo
 */
public record CheckpointSources(Path checkpoint, Path transformer, Path textEncoder, Path vae, Path tokenizer, Variant variant) {

  /** All from one place. */
  public static CheckpointSources of(Path checkpoint) {
    return new CheckpointSources(checkpoint, null, null, null, null, null);
  }
}
