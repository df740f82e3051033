package org.zimage.pipeline.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The memory that this process may still take, as Linux reports it: the machine's (/proc/meminfo), that of its control groups
 * (version 1 or 2, see the kernel's admin-guide/cgroup-v2.rst), and that of its address space (setrlimit(2)). A missing file sets
 * no limit. Thread-safe.
 */
public record FreeMemory(Path root) {
  public static final FreeMemory HERE = new FreeMemory(Path.of("/"));

  private static final String GROUPS = "sys/fs/cgroup";
  /**
   * Allocators reserve more addresses than they use memory. Pictures took up to 1.8 times as many addresses as
   * {@link MemoryPlan#picture} plans bytes: see the table of docs/models.md.
   */
  private static final long ADDRESSES_PER_BYTE = 2;

  /** The least of all limits in bytes; {@link Long#MAX_VALUE} where there is none. */
  public long bytes() {
    return LongStream.of(ofMachine(), ofGroups(), ofAddressSpace()).min().getAsLong();
  }

  /** What the kernel can give without swapping, caches of files included. */
  private long ofMachine() {
    long kibibytes = field("proc/meminfo", "MemAvailable:", 1, Long.MAX_VALUE);
    return kibibytes == Long.MAX_VALUE ? kibibytes : 1024 * kibibytes;
  }

  private long ofAddressSpace() {
    long limit = field("proc/self/limits", "Max address space", 3, Long.MAX_VALUE);
    return limit == Long.MAX_VALUE ? limit
        : (limit - 1024 * field("proc/self/status", "VmSize:", 1, 0)) / ADDRESSES_PER_BYTE;
  }

  private long ofGroups() {
    long least = Long.MAX_VALUE;
    for (String line : lines("proc/self/cgroup")) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && parts[1].isEmpty()) {
        least = Math.min(least, ofGroupAndAbove(GROUPS, parts[2], "memory.max", "memory.current", "inactive_file"));
      } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
        least = Math.min(least, ofGroupAndAbove(GROUPS + "/memory", parts[2], "memory.limit_in_bytes", "memory.usage_in_bytes",
            "total_inactive_file"));
      }
    }
    return least;
  }

  /** A container may see its group at the root, whatever its path is called outside. */
  private long ofGroupAndAbove(String mount, String group, String limit, String usage, String cache) {
    long least = ofGroup(mount, limit, usage, cache);
    for (Path path = Path.of(group.substring(1)); path != null && !path.toString().isEmpty(); path = path.getParent()) {
      least = Math.min(least, ofGroup(mount + "/" + path, limit, usage, cache));
    }
    return least;
  }

  /**
   * What one group leaves. Cached files that nobody has used lately count as used, but the kernel drops them when memory is needed.
   */
  private long ofGroup(String folder, String limit, String usage, String cache) {
    long most = field(folder + "/" + limit, "", 0, Long.MAX_VALUE);
    return most == Long.MAX_VALUE ? most
        : most - field(folder + "/" + usage, "", 0, 0) + field(folder + "/memory.stat", cache + " ", 1, 0);
  }

  /**
   * A number of the first line with this beginning; the other value for {@code max}, {@code unlimited}, and where there is no such
   * line.
   */
  private long field(String file, String beginning, int place, long otherwise) {
    return lines(file).stream().filter(line -> line.startsWith(beginning)).findFirst().map(line -> line.split("\\s+"))
        .filter(words -> words.length > place && words[place].matches("\\d{1,18}")).map(words -> Long.parseLong(words[place]))
        .orElse(otherwise);
  }

  private List<String> lines(String file) {
    try {
      return Files.readAllLines(root.resolve(file));
    } catch (IOException | SecurityException missing) {
      return List.of();
    }
  }
}
