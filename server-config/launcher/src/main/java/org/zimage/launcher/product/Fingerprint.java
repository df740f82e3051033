package org.zimage.launcher.product;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The names, sizes and times of files, which tell versions apart without reading the files. */
public final class Fingerprint {
  private Fingerprint() {}

  /** @param base what the names are relative to, so that a copy of the files has the same fingerprint */
  public static String of(Path base, List<Path> files) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path file : files) {
      text.append(base.relativize(file)).append(' ').append(Files.size(file)).append(' ')
          .append(Files.getLastModifiedTime(file).toMillis()).append('\n');
    }
    return text.toString();
  }

  /** Whether {@code file} holds this fingerprint. */
  public static boolean isIn(Path file, String fingerprint) throws IOException {
    return Files.isRegularFile(file) && Files.readString(file).equals(fingerprint);
  }
}
