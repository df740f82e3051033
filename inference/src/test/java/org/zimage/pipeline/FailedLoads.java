package org.zimage.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.zimage.pipeline.network.ModelException;
import org.zimage.pipeline.network.SessionOptions;

/** A process that tries to load a model that cannot be loaded, and says how much memory it has lost. Run by {@link FailedLoadsTest}. */
final class FailedLoads {
  private static final int FIRST = 2;

  private FailedLoads() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    // What the libraries keep for good is there after a few
    fail(folder, FIRST);
    long before = resident();
    fail(folder, Integer.parseInt(arguments[1]));
    System.out.println((resident() - before >> 20) + " MiB");
  }

  private static void fail(Path folder, int times) {
    for (int time = 0; time < times; time++) {
      try {
        ZImageModel.load(folder, SessionOptions.defaults()).close();
        throw new IllegalStateException("The model can be loaded");
      } catch (ModelException expected) {
        // and again
      }
    }
  }

  /** The memory that this process has by now, in bytes. */
  private static long resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).findFirst().orElseThrow();
  }
}
