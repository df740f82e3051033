package org.zimage.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.zimage.pipeline.memory.FreeMemory;

/**
 * What the system says about the machine.
 *
 * @param root of the file system, below which Linux tells of it (proc(5))
 */
record Machine(Path root) {
  static final Machine HERE = new Machine(Path.of("/"));

  /** The instruction set that TensorFlow's build for processors is compiled for. */
  private static final String AVX = "avx";
  private static final Map<String, String> BFLOAT16 = Map.of("amx_bf16", "AMX", "avx512_bf16", "AVX-512");
  /** What PostgreSQL, Redis, the broker and Payara need beside the model. */
  private static final long SERVERS_BYTES = 2L << 30;
  private static final long MIN_FREE_DISK_BYTES = 2L << 30;
  /** Files and sockets that a busy server holds open. */
  private static final long MIN_OPEN_FILES = 4_096;

  /**
   * @param modelBytes that the model's weights have
   * @param home where the system keeps what it has
   */
  List<Finding> findings(long modelBytes, Path home) {
    List<Finding> findings = new ArrayList<>();
    findings.add(processor());
    findings.add(memory(modelBytes));
    findings.add(disk(home));
    findings.add(openFiles());
    return findings;
  }

  private Finding processor() {
    Set<String> flags = Set.copyOf(Arrays.asList(cpu("flags").split(" ")));
    List<String> bfloat16 = BFLOAT16.keySet().stream().sorted().filter(flags::contains).map(BFLOAT16::get).toList();
    return Finding.that(flags.contains(AVX), "processor", cpu("model name") + ", " + Runtime.getRuntime().availableProcessors()
        + " of them for this process; " + (bfloat16.isEmpty() ? "bfloat16 is slow here: export with --dtype f32"
            : "bfloat16 by " + String.join(" and ", bfloat16)),
        "TensorFlow needs a processor with AVX instructions");
  }

  private String cpu(String name) {
    return lines("proc/cpuinfo").stream().filter(line -> line.startsWith(name)).findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("unknown");
  }

  private Finding memory(long modelBytes) {
    long free = new FreeMemory(root).bytes();
    long needed = SERVERS_BYTES + modelBytes;
    return Finding.that(free >= needed, "memory", gibibytes(free) + " may still be taken by this process",
        "the model and the servers beside it need " + gibibytes(needed)
            + ": see free, the control group's memory.max, and ulimit -v");
  }

  private static Finding disk(Path home) {
    Path there = home.toAbsolutePath();
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    try {
      long free = Files.getFileStore(there).getUsableSpace();
      return Finding.that(free >= MIN_FREE_DISK_BYTES && Files.isWritable(there), "disk", gibibytes(free) + " free below " + there
          + (Files.isWritable(there) ? "" : ", which cannot be written"),
          "name a folder with at least " + gibibytes(MIN_FREE_DISK_BYTES) + " that you may write to: ZIMAGE_HOME");
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  /** Looks at the hard limit of open files, because Java raises its own limit to it. */
  private Finding openFiles() {
    String hard = lines("proc/self/limits").stream().filter(line -> line.startsWith("Max open files")).findFirst()
        .map(line -> line.split("\\s+")[4]).orElse("unlimited");
    return Finding.that(hard.equals("unlimited") || Long.parseLong(hard) >= MIN_OPEN_FILES, "open files", hard + " at most",
        "allow " + MIN_OPEN_FILES + ": ulimit -n, LimitNOFILE of systemd");
  }

  private List<String> lines(String file) {
    try {
      return Files.readAllLines(root.resolve(file));
    } catch (IOException cause) {
      throw new UncheckedIOException("this is no Linux that tells of itself", cause);
    }
  }

  static String gibibytes(long bytes) {
    return bytes == Long.MAX_VALUE ? "as much as is wanted" : String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
