package org.zimage.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.checkpoint.CheckpointException;

/** The JSON file of an exported model: it is read, or refused with its name. */
class ModelManifestFuzzTest {
  @TempDir
  private static Path folder;

  @FuzzTest
  void card(byte[] json) throws IOException {
    Path file = Files.write(folder.resolve(ModelManifest.FILE), json);
    try {
      assertThat(ModelManifest.read(folder).canvasMultiple()).isPositive();
    } catch (CheckpointException refused) {
      assertThat(refused).hasMessageContaining(file.toString());
    }
  }
}
