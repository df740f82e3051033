package org.zimage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;

/** The JSON files of checkpoints: each is read, or refused with the file's name. */
class ConfigurationsFuzzTest {
  @TempDir
  private static Path folder;

  @FuzzTest
  void textEncoder(byte[] json) throws IOException {
    read(json, "config.json", TextEncoderConfig::read);
  }

  @FuzzTest
  void transformer(byte[] json) throws IOException {
    read(json, "config.json", TransformerConfig::read);
  }

  @FuzzTest
  void vae(byte[] json) throws IOException {
    read(json, "config.json", file -> assertThat(VaeConfig.read(file).scale()).isPositive());
  }

  private static void read(byte[] json, String name, Consumer<Path> reader) throws IOException {
    Path file = Files.write(folder.resolve(name), json);
    try {
      reader.accept(file);
    } catch (CheckpointException refused) {
      assertThat(refused).hasMessageContaining(file.toString());
    }
  }
}
