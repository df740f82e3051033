package org.zimage.launcher.home;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.zimage.launcher.error.LauncherException;

/** The folders of one local installation. Only their owner may read them, and nothing is written anywhere else. */
public record Home(Path root) {
  private static final long MIN_FREE_BYTES = 1L << 30;

  public static Home prepare(Path root) {
    try {
      Files.createDirectories(root);
      close(root);
      for (String folder : new String[] {"artemis", "logs", "loras", "models", "pictures", "postgresql", "redis", "run"}) {
        Files.createDirectories(root.resolve(folder));
      }
      FileStore disk = Files.getFileStore(root);
      if (disk.getUsableSpace() < MIN_FREE_BYTES) {
        throw new LauncherException("Only " + (disk.getUsableSpace() >> 20) + " MB are free under " + root
            + ": free at least 1 GB, or set ZIMAGE_HOME to a folder on another disk");
      }
      return new Home(root);
    } catch (IOException cause) {
      throw new LauncherException("Cannot write under " + root + " (" + cause
          + "): set ZIMAGE_HOME to a folder of yours", cause);
    }
  }

  /**
   * Closes a home that an older version left open to others. A folder of somebody else, such as a container's volume, stays as it
   * is.
   */
  private static void close(Path root) throws IOException {
    if (Files.isWritable(root) && !Folders.OWNERS.containsAll(Files.getPosixFilePermissions(root)) && isOwn(root)) {
      Files.setPosixFilePermissions(root, Folders.OWNERS);
      Folders.takeFromOthers(root);
    }
  }

  private static boolean isOwn(Path root) throws IOException {
    Path own = Files.createTempFile(root, "owner", "");
    try {
      return Files.getOwner(own).equals(Files.getOwner(root));
    } finally {
      Files.delete(own);
    }
  }

  public Path artemis() {
    return root.resolve("artemis");
  }

  public Path log(String name) {
    return root.resolve("logs").resolve(name + ".log");
  }

  /** Keeps the logs of the last start as {@code *.log.old}: every start writes logs of its own. */
  public void rotateLogs() throws IOException {
    try (Stream<Path> logs = Files.list(root.resolve("logs"))) {
      for (Path log : logs.filter(path -> path.toString().endsWith(".log")).toList()) {
        Files.move(log, Path.of(log + ".old"), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  public Path models() {
    return root.resolve("models");
  }

  public Path pictures() {
    return root.resolve("pictures");
  }

  /** Adapters, which people put there. */
  public Path loras() {
    return root.resolve("loras");
  }

  /** Uploaded adapters, which the applications put there. */
  public Path loraCache() {
    return root.resolve("lora-cache");
  }

  public Path postgresql() {
    return root.resolve("postgresql");
  }

  /** The folder for temporary files of libraries. Every start empties it. */
  public Path temporary() {
    return run().resolve("tmp");
  }

  public Path redis() {
    return root.resolve("redis");
  }

  public Path run() {
    return root.resolve("run");
  }
}
