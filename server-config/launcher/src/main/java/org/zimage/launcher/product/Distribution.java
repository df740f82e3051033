package org.zimage.launcher.product;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The built product: {@code lib/} (this launcher and the command line), {@code server-lib/} (libraries with native
 * parts, for the server and the command line), {@code payara/} (the server, its commands, the applications and their libraries),
 * {@code models/}.
 */
public record Distribution(Path root) {

  public static Distribution ofThisJar() {
    try {
      Path jar = Path.of(Distribution.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new Distribution(jar.getParent().getParent());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public Path payara() {
    return root.resolve("payara");
  }

  Path nanoCheckpoint() {
    return root.resolve("models/z-image-nano");
  }

  String commandLineClassPath() {
    return root.resolve("lib") + "/*" + System.getProperty("path.separator") + root.resolve("server-lib") + "/*";
  }

  /** Libraries with native parts, and those of the applications. */
  public List<Path> serverLibraries() throws IOException {
    try (Stream<Path> shared = Files.list(root.resolve("server-lib"));
        Stream<Path> applications = Files.list(payara().resolve("lib"))) {
      return Stream.concat(shared.sorted(), applications.sorted()).toList();
    }
  }

  /** Whether this was built with TensorFlow's libraries for GPUs. */
  public boolean drawsOnGpu() throws IOException {
    try (Stream<Path> shared = Files.list(root.resolve("server-lib"))) {
      return shared.anyMatch(jar -> jar.getFileName().toString().matches("tensorflow-core-native-.*-gpu\\.jar"));
    }
  }

  /** The folder for unpacked native libraries: one for all homes, unless the distribution is read-only. */
  public Path nativeCache(Path home) {
    return Files.isWritable(root) ? root.resolve("native") : home.resolve("native");
  }
}
