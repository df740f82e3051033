package org.zimage.export.savedmodel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Puts weights' files beside a model: hard links, or on another file system one copy of each, linked from then on. */
public final class LinkedFiles {
  private final Map<Path, Path> copies = new HashMap<>();

  void link(Path source, Path target) throws IOException {
    // The file itself and not a symbolic link to it, as a Hugging Face cache holds them: that one may be moved.
    Path file = source.toRealPath();
    try {
      Files.createLink(target, copies.getOrDefault(file, file));
    } catch (IOException | UnsupportedOperationException otherFileSystem) {
      Files.copy(file, target);
      copies.put(file, target);
    }
  }
}
