package org.zimage.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.zimage.pipeline.network.ModelException;
import org.zimage.pipeline.network.SessionOptions;

/** A process that asks for a picture that does not fit, and then for one that does. Run by {@link OutOfMemoryTest}. */
final class LittleMemory {
  private static final long SPARE_BYTES = 1400L << 20;

  private LittleMemory() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (ZImageModel model = ZImageModel.load(Path.of(arguments[0]), SessionOptions.defaults())) {
      draw(model, 64);
      allowNoMoreThan(held() + SPARE_BYTES);
      try {
        draw(model, 2048);
        System.out.println("2048: drawn");
      } catch (ModelException refused) {
        System.out.println("2048: " + refused.reason());
      }
      draw(model, 256);
      System.out.println("256: drawn");
      draw(model, 1024);
      System.out.println("1024: drawn");
    }
  }

  private static void draw(ZImageModel model, int side) {
    model.generate(Sampling.of("a red circle", 1).withSize(side, side).withSteps(1), StepListener.NONE);
  }

  /** The address space that this process has by now, in bytes. */
  private static long held() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmSize"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).findFirst().orElseThrow();
  }

  private static void allowNoMoreThan(long bytes) throws IOException, InterruptedException {
    String pid = Long.toString(ProcessHandle.current().pid());
    if (new ProcessBuilder("prlimit", "--pid", pid, "--as=" + bytes).inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException("The limit of the address space cannot be set");
    }
  }
}
