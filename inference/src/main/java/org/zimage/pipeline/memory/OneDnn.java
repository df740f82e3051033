package org.zimage.pipeline.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/**
 * Whether TensorFlow computes with oneDNN on this machine's processor. With it, TensorFlow keeps the memory of a picture for later
 * ones; without it, each picture takes its memory from the system and gives it back. The rule is TensorFlow's own
 * ({@code IsMKLEnabled} of tensorflow/core/util/util.cc): the variable {@value #VARIABLE}, or else what the processor can do.
 */
final class OneDnn {
  static final String VARIABLE = "TF_ENABLE_ONEDNN_OPTS";

  private static final Set<String> FEATURES =
      Set.of("avx512_vnni", "avx512_bf16", "avx_vnni", "amx_tile", "amx_int8", "amx_bf16");

  private OneDnn() {}

  static boolean isUsed() {
    return isUsed(System.getenv(VARIABLE), Path.of("/proc/cpuinfo"));
  }

  /**
   * @param variable the variable's value, or null
   * @param processors the file in which Linux describes them
   */
  static boolean isUsed(String variable, Path processors) {
    if (variable != null && !variable.isEmpty()) {
      return variable.equals("1") || variable.equalsIgnoreCase("true");
    }
    try {
      return Files.readAllLines(processors).stream().filter(line -> line.startsWith("flags")).findFirst().stream()
          .flatMap(line -> Arrays.stream(line.split("\\s+"))).anyMatch(FEATURES::contains);
    } catch (IOException unknown) {
      return false; // then memory is never taken for kept
    }
  }
}
