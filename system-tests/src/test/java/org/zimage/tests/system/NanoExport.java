package org.zimage.tests.system;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The SavedModels of z-image-nano as the first system of this build exported them. The next systems find links to them in their
 * homes, because each export takes some ten seconds of a processor. An export of another checkpoint or exporter is not used: the
 * launcher compares what it was made from.
 */
final class NanoExport {
  private static final String FOLDER = "models";

  private final Path kept;

  /** @param distribution the built product, which the exports are kept beside */
  NanoExport(Path distribution) {
    kept = distribution.resolveSibling("z-image-nano-of-tests");
  }

  /** Gives a new home the models of an earlier one, if there was one. */
  void offer(Path home) throws IOException {
    if (Files.isDirectory(kept)) {
      link(kept, home.resolve(FOLDER));
    }
  }

  /** Keeps the models of a home for later ones, unless another was first. */
  void keep(Path home) throws IOException {
    Path models = home.resolve(FOLDER);
    if (Files.isDirectory(kept) || !Files.isDirectory(models)) {
      return;
    }
    Path fresh = Files.createTempDirectory(kept.getParent(), "z-image-nano-");
    link(models, fresh);
    try {
      Files.move(fresh, kept, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException anotherWasFirst) {
      RunningSystem.delete(fresh);
    }
  }

  private static void link(Path from, Path to) throws IOException {
    for (Path source : filesOf(from)) {
      Path target = to.resolve(from.relativize(source));
      if (Files.isDirectory(source)) {
        Files.createDirectories(target);
        Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(source));
      } else {
        Files.createLink(target, source);
      }
    }
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.toList();
    }
  }
}
