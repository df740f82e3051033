package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.checkpoint.Dtype;
import org.zimage.export.ExportOptions;
import org.zimage.export.Exporter;

class OutOfMemoryTest {
  @Test
  void aPictureThatDoesNotFitIsRefusedAndSmallerOnesAreDrawn(@TempDir Path folder) throws IOException, InterruptedException {
    Path model = folder.resolve("nano");
    Exporter.export(Fixtures.NANO, model, new ExportOptions(Dtype.F32, "nano", false));

    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
        "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), LittleMemory.class.getName(), model.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();

    assertThat(told).containsExactly("2048: OUT_OF_MEMORY", "256: drawn", "1024: drawn");
    assertThat(process.waitFor()).isZero();
  }
}
