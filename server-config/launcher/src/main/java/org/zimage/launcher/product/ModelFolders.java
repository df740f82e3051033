package org.zimage.launcher.product;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.launcher.error.LauncherException;
import org.zimage.model.ModelManifest;
import org.zimage.model.WeightFiles;

/**
 * The several models of one system, each with a worker process of its own. The same model may be there twice, for two workers.
 * Immutable.
 */
public record ModelFolders(List<ModelFolder> models) {
  /** What PostgreSQL, Redis, the broker and the first process of Payara take beside the models; as {@code zimage check} says. */
  private static final long SERVERS_BYTES = 2L << 30;
  /** What another worker's process takes beside its model. */
  private static final long WORKER_BYTES = 1L << 30;
  private static final double GIBIBYTE = 1L << 30;

  /** A model, and the bytes of its weights on the disk. */
  public record ModelFolder(Path folder, ModelManifest manifest, long weightBytes) {
    public String name() {
      return manifest.name();
    }

    private boolean isNamedLikeAnother(ModelFolder other) {
      return name().equals(other.name()) && !(manifest.sourceChecksum().equals(other.manifest.sourceChecksum())
          && manifest.dtype() == other.manifest.dtype());
    }
  }

  /**
   * Reads the manifests.
   *
   * @throws LauncherException for a folder without a usable model, or two models that callers could not tell apart
   */
  public static ModelFolders in(List<Path> folders) {
    Map<String, ModelFolder> byName = new HashMap<>();
    return new ModelFolders(folders.stream().map(folder -> {
      ModelFolder model = read(folder);
      ModelFolder other = byName.putIfAbsent(model.name(), model);
      if (other != null && model.isNamedLikeAnother(other)) {
        throw new LauncherException(other.folder() + " and " + folder + " are different models with the same name " + model.name()
            + ", by which requests choose them: export one of them with another --name");
      }
      return model;
    }).toList());
  }

  private static ModelFolder read(Path folder) {
    try {
      return new ModelFolder(folder, ModelManifest.read(folder), WeightFiles.bytes(folder));
    } catch (CheckpointException unusable) {
      throw new LauncherException(folder + " is no exported model (" + unusable.getMessage() + "): make one with 'zimage export'",
          unusable);
    }
  }

  /** The model of requests that name none, unless the operator says otherwise: the first. */
  public String defaultName() {
    return models.get(0).name();
  }

  /** What the servers and a process for each model need, as far as the weights' files tell. */
  public long neededBytes() {
    return SERVERS_BYTES + (models.size() - 1) * WORKER_BYTES + models.stream().mapToLong(ModelFolder::weightBytes).sum();
  }

  /** What that is made of, for people. */
  public String need() {
    return String.format(Locale.ROOT, "%d models need about %s of memory: %s; %s for %d processes and the servers", models.size(),
        gibibytes(neededBytes()), models.stream().map(model -> gibibytes(model.weightBytes()) + " for the weights of " + model.name())
            .collect(Collectors.joining(", ")), gibibytes(SERVERS_BYTES + (models.size() - 1) * WORKER_BYTES), models.size());
  }

  /**
   * Refuses models that do not fit, before anything is started: the system would end some process, not always the one that is too
   * large.
   *
   * @param freeBytes that may still be taken
   */
  public void requireMemory(long freeBytes) {
    if (freeBytes < neededBytes()) {
      throw new LauncherException(need() + "; " + gibibytes(freeBytes) + " may still be taken. Free memory, or name fewer models");
    }
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / GIBIBYTE);
  }
}
