package org.zimage.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.checkpoint.CheckpointException;

/** Adapters that somebody downloaded or uploaded: each fits the model and can be applied, or is refused with the file's name. */
class AdapterFuzzTest {
  private static final int DATA_BYTES = 256;
  private static final AdapterTargets TARGETS = new AdapterTargets(Map.of(
      "layers.0.attention.to_q.weight", new long[] {4, 2}, "layers.0.attention.to_k.weight", new long[] {4, 2},
      "layers.0.attention.to_v.weight", new long[] {4, 2}, "layers.0.attention.to_out.0.weight", new long[] {2, 4},
      "all_x_embedder.2-1.weight", new long[] {2, 3}, "cap_embedder.1.weight", new long[] {2, 1}));

  @TempDir
  private static Path folder;

  @FuzzTest
  void header(byte[] header) throws IOException {
    read(ByteBuffer.allocate(Long.BYTES + header.length + DATA_BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length)
        .put(header).array());
  }

  @FuzzTest
  void file(byte[] content) throws IOException {
    read(content);
  }

  private static void read(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("fuzzed.safetensors"), content);
    try {
      Adapter adapter = Adapter.read("fuzzed", file, TARGETS);
      assertThat(adapter.layers()).isNotEmpty();
      JoinedLayer.of(List.of(new AppliedAdapter(adapter, 1))).values().forEach(layer -> {
        assertThat(layer.down()).hasSize(Math.toIntExact(layer.rank() * layer.target().in()));
        assertThat(layer.up()).hasSize(Math.toIntExact(layer.rank() * layer.target().out()));
      });
    } catch (CheckpointException refused) {
      assertThat(refused).hasMessageContaining(file.toString());
    }
  }
}
