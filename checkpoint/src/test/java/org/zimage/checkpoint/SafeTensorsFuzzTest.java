package org.zimage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Files that somebody downloaded: each is read, or refused with the file's name. */
class SafeTensorsFuzzTest {
  private static final int DATA_BYTES = 64;

  @TempDir
  private static Path folder;

  @FuzzTest
  void header(byte[] header) throws IOException {
    open(ByteBuffer.allocate(Long.BYTES + header.length + DATA_BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length)
        .put(header).array());
  }

  @FuzzTest
  void file(byte[] content) throws IOException {
    open(content);
  }

  private static void open(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("fuzzed.safetensors"), content);
    try {
      for (TensorEntry entry : SafeTensors.open(file).entries()) {
        assertThat(entry.map().remaining()).isEqualTo((int) entry.size());
      }
    } catch (CheckpointException refused) {
      assertThat(refused).hasMessageContaining(file.toString());
    }
  }

  @FuzzTest
  void index(byte[] json) throws IOException {
    Path sharded = Files.createDirectories(folder.resolve("sharded"));
    Files.write(sharded.resolve("model.safetensors.index.json"), json);
    Files.writeString(sharded.resolve("a.safetensors"), "\2\0\0\0\0\0\0\0{}");
    try {
      SafeTensors.open(sharded);
    } catch (CheckpointException refused) {
      assertThat(refused).hasMessageContaining(sharded.toString());
    }
  }
}
