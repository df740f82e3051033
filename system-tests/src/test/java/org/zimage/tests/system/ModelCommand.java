package org.zimage.tests.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The commands that use a model on this machine, such as {@code zimage export}, each as a process of its own. */
public final class ModelCommand {
  public static final Path DISTRIBUTION = Path.of(System.getProperty("zimage.distribution")).toAbsolutePath().normalize();

  private ModelCommand() { }

  /**
   * Runs a command, prints what it says, and waits for its end.
   *
   * @param home a folder for what it keeps
   * @return the exit code
   */
  public static int run(Path home, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
        "-Dzimage.distribution=" + DISTRIBUTION, "-Dorg.bytedeco.javacpp.cachedir=" + DISTRIBUTION.resolve("native/javacpp"),
        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-cp", DISTRIBUTION + "/lib/*:" + DISTRIBUTION + "/server-lib/*",
        "org.zimage.cli.ZImageCommand"));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(Map.of("ZIMAGE_HOME", home.toString(), "TF_CPP_MIN_LOG_LEVEL", "2",
        "DJL_CACHE_DIR", DISTRIBUTION.resolve("native/djl").toString()));
    Process process = builder.start();
    System.out.print(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    return process.waitFor();
  }

  /** Exports z-image-nano under another name; returns the folder, which lies in this one and has the model's name. */
  public static Path exportNano(Path folder, String name) throws IOException, InterruptedException {
    Path model = folder.resolve(name);
    int exitCode = run(folder, "export", DISTRIBUTION.resolve("models/z-image-nano").toString(), model.toString(), "--name", name);
    if (exitCode != 0) {
      throw new IllegalStateException("z-image-nano cannot be exported as " + name + ": exit code " + exitCode);
    }
    return model;
  }
}
