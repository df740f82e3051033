package org.zimage.tests.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a Java program of the documentation with the libraries of the distribution. */
public final class JavaExample {
  private JavaExample() { }

  /** Runs it to its end, which must be a good one, and returns what it printed. */
  public static String output(Map<String, String> environment, String example, String... arguments) {
    Path distribution = Path.of(System.getProperty("zimage.distribution")).toAbsolutePath().normalize();
    Path program = Path.of(System.getProperty("zimage.root"), "docs/examples", example).toAbsolutePath().normalize();
    try {
      Path printed = Files.createTempFile("example", ".txt");
      ProcessBuilder java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-cp", distribution + "/lib/*:" + distribution + "/server-lib/*", program.toString())
          .redirectOutput(printed.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
      java.environment().putAll(environment);
      java.command().addAll(List.of(arguments));
      Process process = java.start();
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("has ended").isTrue();
      String output = Files.readString(printed);
      Files.delete(printed);
      assertThat(process.exitValue()).as(output).isZero();
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
