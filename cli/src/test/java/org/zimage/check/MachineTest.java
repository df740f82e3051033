package org.zimage.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  private static final long GIBIBYTE = 1L << 30;

  @TempDir
  private Path root;

  @BeforeEach
  void aLargeMachine() throws IOException {
    Files.createDirectories(root.resolve("proc/self"));
    processor("fpu avx avx2 avx512_bf16 amx_bf16");
    memory(32);
    openFiles("1048576");
  }

  @Test
  void aLargeMachineIsWell() {
    assertThat(findings(12 * GIBIBYTE)).allMatch(Finding::isWell);
    assertThat(findings(0).get(0).found()).startsWith("Some Processor, ").contains("bfloat16 by AMX and AVX-512");
  }

  @Test
  void aProcessorThatTensorFlowCannotUseIsNamedWithTheInstructionsItLacks() throws IOException {
    processor("fpu sse4_2");

    assertThat(wrong()).singleElement().satisfies(finding -> assertThat(finding.remedy()).contains("AVX"));
    assertThat(findings(0).get(0).found()).contains("--dtype f32");
  }

  @Test
  void memoryIsComparedWithWhatTheModelNeeds() throws IOException {
    memory(8);

    assertThat(wrong()).isEmpty();
    assertThat(findings(12 * GIBIBYTE)).filteredOn(finding -> !finding.isWell()).singleElement().satisfies(finding -> {
      assertThat(finding.found()).contains("8.0 GiB");
      assertThat(finding.remedy()).contains("14.0 GiB");
    });
  }

  @Test
  void tooFewOpenFilesAreNamedWithTheLimit() throws IOException {
    openFiles("256");

    assertThat(wrong()).singleElement().satisfies(finding -> assertThat(finding.found()).isEqualTo("256 at most"));
  }

  private List<Finding> wrong() {
    return findings(0).stream().filter(finding -> !finding.isWell()).toList();
  }

  private List<Finding> findings(long modelBytes) {
    return new Machine(root).findings(modelBytes, root.resolve("home/not/there/yet"));
  }

  private void processor(String flags) throws IOException {
    Files.writeString(root.resolve("proc/cpuinfo"), "processor\t: 0\nmodel name\t: Some Processor\nflags\t\t: " + flags + "\n");
  }

  private void memory(long gibibytes) throws IOException {
    Files.writeString(root.resolve("proc/meminfo"), "MemAvailable:   " + gibibytes * (1 << 20) + " kB\n");
  }

  private void openFiles(String hard) throws IOException {
    Files.writeString(root.resolve("proc/self/limits"), "Max open files            1024                 " + hard
        + "                 files\nMax address space         unlimited            unlimited            bytes\n");
  }
}
