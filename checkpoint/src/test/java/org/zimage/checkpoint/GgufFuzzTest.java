package org.zimage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** GGUF files that somebody downloaded: each is read, or refused with the file's name. */
class GgufFuzzTest {
  @TempDir
  private static Path folder;

  @FuzzTest
  void file(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("fuzzed.gguf"), content);
    try {
      for (TensorEntry entry : TensorFile.open(file).tensors()) {
        assertThat(entry.map().remaining()).isEqualTo((int) entry.size());
      }
    } catch (CheckpointException refused) {
      assertThat(refused).hasMessageContaining(file.toString());
    }
  }
}
