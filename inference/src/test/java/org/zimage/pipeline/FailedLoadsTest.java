package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker tries every five seconds to load its model: what was loaded before the part that is wrong must be given back. */
class FailedLoadsTest {
  private static final int ALLOWED_MEBIBYTES = 100;

  @TempDir
  private Path folder;

  @Test
  void allNetworksAreGivenBackWhenTheyAreNotThoseOfAModel() throws IOException, InterruptedException {
    Path model = Fixtures.exported("z-image-nano");
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        Files.createSymbolicLink(folder.resolve(exchanged(file.getFileName().toString())), file);
      }
    }

    assertThat(mebibytesLostBy(3)).isLessThan(ALLOWED_MEBIBYTES);
  }

  private static String exchanged(String name) {
    return switch (name) {
      case "transformer" -> "vae_decoder";
      case "vae_decoder" -> "transformer";
      default -> name;
    };
  }

  private int mebibytesLostBy(int attempts) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-Xms128m", "-Xmx128m",
        "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), FailedLoads.class.getName(),
        folder.toString(), Integer.toString(attempts)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return Integer.parseInt(told.replaceAll("(?s)(-?\\d+) MiB\\s*", "$1"));
  }
}
