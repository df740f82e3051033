package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutOfMemoryTest {
  /** TensorFlow computes without oneDNN, and allocates otherwise, on processors without AVX-512 or AMX for neural networks. */
  @ParameterizedTest(name = "oneDNN: {0}")
  @ValueSource(strings = {"1", "0"})
  void aPictureThatDoesNotFitIsRefusedAndSmallerOnesAreDrawn(String withOneDnn) throws IOException, InterruptedException {
    Path model = Fixtures.exported("z-image-nano");

    ProcessBuilder command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
        "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), LittleMemory.class.getName(), model.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT);
    command.environment().put("TF_ENABLE_ONEDNN_OPTS", withOneDnn);
    Process process = command.start();
    List<String> told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();

    assertThat(told).containsExactly("2048: OUT_OF_MEMORY", "256: drawn", "1024: drawn");
    assertThat(process.waitFor()).isZero();
  }
}
