package org.zimage.launcher.payara;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.zimage.model.ModelManifest;

/** The selector of a worker's messages: those for its model, and those for any model. */
public final class WorkerSelector {
  private WorkerSelector() {}

  /** The selector for workers with this model; empty where there is none, so that a worker takes every message. */
  public static Optional<String> of(Path model) {
    if (model == null || !Files.isRegularFile(model.resolve(ModelManifest.FILE))) {
      return Optional.empty();
    }
    String name = ModelManifest.read(model).name().replace("'", "''");
    return Optional.of("model IS NULL OR model = '" + name + "'");
  }
}
