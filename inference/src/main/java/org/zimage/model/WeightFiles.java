package org.zimage.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The files with an exported model's weights; most are links to the checkpoint's own files. */
public final class WeightFiles {
  private static final String PREFIX = "variables.data-";

  private WeightFiles() {}

  /** How many bytes the weights of an exported model have on the disk, links followed; 0 where there is no model. */
  public static long bytes(Path folder) {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith(PREFIX)).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException("The files of " + folder + " cannot be listed", e);
    }
  }
}
