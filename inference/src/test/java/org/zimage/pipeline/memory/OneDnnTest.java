package org.zimage.pipeline.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files as Linux writes them. */
class OneDnnTest {
  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource({"fpu sse4_2 avx2 avx512f avx512_vnni, true", "fpu avx2 avx_vnni, true", "fpu amx_tile avx2, true",
      "fpu sse4_2 avx2 avx512f, false"})
  void isUsedByProcessorsThatMultiplyForNetworks(String flags, boolean used) throws IOException {
    assertThat(OneDnn.isUsed(null, processor(flags))).isEqualTo(used);
  }

  @ParameterizedTest
  @CsvSource({"1, true", "true, true", "0, false", "false, false"})
  void isUsedAsItsVariableSays(String variable, boolean used) throws IOException {
    assertThat(OneDnn.isUsed(variable, processor("fpu"))).isEqualTo(used);
    assertThat(OneDnn.isUsed(variable, processor("amx_tile"))).isEqualTo(used);
  }

  @Test
  void isNotUsedWhereNothingIsSaidOfTheProcessor() {
    assertThat(OneDnn.isUsed(null, folder.resolve("missing"))).isFalse();
  }

  private Path processor(String flags) throws IOException {
    return Files.writeString(folder.resolve("cpuinfo"), "processor\t: 0\nmodel name\t: One\nflags\t\t: " + flags + "\n");
  }
}
