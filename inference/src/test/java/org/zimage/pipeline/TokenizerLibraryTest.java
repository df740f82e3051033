package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.architecture.LeftOut;

/** Where DJL finds CUDA's library, it fetches another build of its tokenizers from the network, unless it is told not to. */
class TokenizerLibraryTest {
  /** One GPU of CUDA 12.4, compute capability 9.0. */
  private static final String CUDART = """
      int cudaGetDeviceCount(int* count) { *count = 1; return 0; }
      int cudaRuntimeGetVersion(int* version) { *version = 12040; return 0; }
      int cudaDriverGetVersion(int* version) { *version = 12040; return 0; }
      int cudaDeviceGetAttribute(int* value, int attribute, int device) { *value = attribute == 75 ? 9 : 0; return 0; }
      const char* cudaGetErrorString(int code) { return "none"; }
      """;

  @TempDir
  private Path folder;

  @Test
  void callsNobodyThoughThereIsCuda() throws IOException, InterruptedException {
    LeftOut.unless(hasCompiler(), "cc is not installed (Debian: apt-get install gcc libc6-dev)");
    Files.writeString(folder.resolve("cudart.c"), CUDART);
    run(Map.of(), "cc", "-shared", "-fPIC", "-o", "libcudart.so", "cudart.c");

    String told = run(Map.of("LD_LIBRARY_PATH", folder.toString(), "DJL_CACHE_DIR", folder.resolve("cache").toString()),
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=1",
        "-Dhttp.proxyHost=127.0.0.1", "-Dhttp.proxyPort=1", "-cp", System.getProperty("java.class.path"), Tokens.class.getName(),
        Fixtures.NANO.resolve("tokenizer/tokenizer.json").toAbsolutePath().toString());

    assertThat(told).contains("CUDA is seen: true").contains("tokens: ").contains("may call its makers: false");
  }

  private String run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(told).isZero();
    return told;
  }

  private static boolean hasCompiler() {
    try {
      return new ProcessBuilder("cc", "--version").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
          .waitFor() == 0;
    } catch (IOException missing) {
      return false;
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
