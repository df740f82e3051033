package org.zimage.launcher.product;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.zimage.launcher.error.LauncherException;
import org.zimage.launcher.home.Home;
import org.zimage.model.ModelManifest;

/**
 * z-image-nano as SavedModels under this home. It is exported again whenever the checkpoint of the product or what an export is
 * has changed.
 */
public final class NanoModel {
  private NanoModel() {}

  /** @return the exported model's folder */
  public static Path exported(Distribution distribution, Home home) throws IOException, InterruptedException {
    Path checkpoint = distribution.nanoCheckpoint();
    Path model = home.models().resolve("z-image-nano");
    Path exportedFrom = home.models().resolve("z-image-nano.source");
    String fingerprint = "format " + ModelManifest.FORMAT + "." + ModelManifest.REVISION + "\n" + Fingerprint.of(checkpoint, files(checkpoint));
    if (Files.isRegularFile(model.resolve(ModelManifest.FILE)) && Fingerprint.isIn(exportedFrom, fingerprint)) {
      return model;
    }
    Files.deleteIfExists(exportedFrom);
    export(distribution, home, checkpoint, model);
    Files.writeString(exportedFrom, fingerprint);
    return model;
  }

  private static void export(Distribution distribution, Home home, Path checkpoint, Path model)
      throws IOException, InterruptedException {
    Path log = home.log("export");
    ProcessBuilder builder = new ProcessBuilder(List.of(
            Java.executable(),
            "-XX:TieredStopAtLevel=1", // It runs for seconds, and the second compiler would take a quarter of them.
            "-Dorg.bytedeco.javacpp.cachedir=" + distribution.nativeCache(home.root()).resolve("javacpp"),
            "-cp", distribution.commandLineClassPath(), "org.zimage.cli.ZImageCommand",
            "export", checkpoint.toString(), model.toString(), "--overwrite"))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile());
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "2");
    if (builder.start().waitFor() != 0) {
      throw new LauncherException("z-image-nano could not be exported: see " + log);
    }
  }

  private static List<Path> files(Path checkpoint) throws IOException {
    try (Stream<Path> files = Files.walk(checkpoint)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
