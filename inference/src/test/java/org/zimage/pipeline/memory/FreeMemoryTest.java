package org.zimage.pipeline.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as Linux writes them. */
class FreeMemoryTest {
  private static final long MIB = 1 << 20;

  @TempDir
  private Path root;

  @BeforeEach
  void aMachineWithoutLimits() throws IOException {
    write("proc/meminfo", "MemTotal:       24683520 kB\nMemFree:          524288 kB\nMemAvailable:    1048576 kB\n");
    write("proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units\n"
        + "Max address space         unlimited            unlimited            bytes\n");
    write("proc/self/status", "Name:\tjava\nVmSize:\t  307200 kB\n");
  }

  @Test
  void isWhatTheMachineCanGive() {
    assertThat(new FreeMemory(root).bytes()).isEqualTo(1024 * MIB);
  }

  @Test
  void isHalfOfTheAddressesThatAreLeft() throws IOException {
    write("proc/self/limits", "Max address space         524288000            unlimited            bytes\n");

    assertThat(new FreeMemory(root).bytes()).isEqualTo(100 * MIB);
  }

  @Test
  void isWhatTheNarrowestGroupOfVersionTwoHasLeftWithFilesThatNobodyUses() throws IOException {
    write("proc/self/cgroup", "0::/pods/worker\n");
    group("sys/fs/cgroup", "max", 900 * MIB, 0);
    group("sys/fs/cgroup/pods", String.valueOf(700 * MIB), 600 * MIB, 50 * MIB);
    group("sys/fs/cgroup/pods/worker", String.valueOf(600 * MIB), 100 * MIB, 0);

    assertThat(new FreeMemory(root).bytes()).isEqualTo(150 * MIB);
  }

  @Test
  void isWhatAContainersOwnGroupOfVersionOneHasLeft() throws IOException {
    write("proc/self/cgroup", "5:cpu,cpuacct:/docker/1f\n4:memory:/docker/1f\n0::/\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", 500 * MIB + "\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", 400 * MIB + "\n");
    write("sys/fs/cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file " + 20 * MIB + "\n");

    assertThat(new FreeMemory(root).bytes()).isEqualTo(120 * MIB);
  }

  @Test
  void isUnlimitedWhereNothingIsSaid(@TempDir Path elsewhere) {
    assertThat(new FreeMemory(elsewhere).bytes()).isEqualTo(Long.MAX_VALUE);
  }

  private void group(String folder, String limit, long usage, long cache) throws IOException {
    write(folder + "/memory.max", limit + "\n");
    write(folder + "/memory.current", usage + "\n");
    write(folder + "/memory.stat", "anon 5\ninactive_file " + cache + "\n");
  }

  private void write(String file, String text) throws IOException {
    Files.createDirectories(root.resolve(file).getParent());
    Files.writeString(root.resolve(file), text);
  }
}
