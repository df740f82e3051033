package org.zimage.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The files with an exported model's weights; most are links to the checkpoint's own files. */
public final class WeightFiles {
  private static final String PREFIX = "variables.data-";

  private WeightFiles() {}

  /**
   * How many bytes the weights of an exported model have on the disk, links followed; 0 where there is no model. A file that several
   * networks link to, such as a checkpoint in one file, counts once.
   */
  public static long bytes(Path folder) {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      Map<Object, Long> sizes = new HashMap<>();
      for (Path file : files.filter(each -> each.getFileName().toString().startsWith(PREFIX)).toList()) {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        sizes.put(attributes.fileKey(), attributes.size());
      }
      return sizes.values().stream().mapToLong(Long::longValue).sum();
    } catch (IOException e) {
      throw new UncheckedIOException("The files of " + folder + " cannot be looked at", e);
    }
  }
}
