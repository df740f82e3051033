package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.checkpoint.Dtype;
import org.zimage.export.ExportOptions;
import org.zimage.export.Exporter;

/** A worker tries every five seconds to load its model: what was loaded before the part that is wrong must be given back. */
class FailedLoadsTest {
  private static final int ALLOWED_MEBIBYTES = 100;

  @TempDir
  private Path folder;
  private Path model;

  @BeforeEach
  void exportAModel() {
    model = folder.resolve("nano");
    Exporter.export(Fixtures.NANO, model, new ExportOptions(Dtype.F32, "nano", false));
  }

  @Test
  void allNetworksAreGivenBackWhenTheyAreNotThoseOfAModel() throws IOException, InterruptedException {
    Files.move(model.resolve("transformer"), folder.resolve("transformer"));
    Files.move(model.resolve("vae_decoder"), model.resolve("transformer"));
    Files.move(folder.resolve("transformer"), model.resolve("vae_decoder"));

    assertThat(mebibytesLostBy(3)).isLessThan(ALLOWED_MEBIBYTES);
  }

  private int mebibytesLostBy(int attempts) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms128m", "-Xmx128m",
        "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), FailedLoads.class.getName(),
        model.toString(), Integer.toString(attempts)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return Integer.parseInt(told.replaceAll("(?s)(-?\\d+) MiB\\s*", "$1"));
  }
}
