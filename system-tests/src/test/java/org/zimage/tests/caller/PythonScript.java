package org.zimage.tests.caller;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.zimage.architecture.LeftOut;

/**
 * Runs scripts of the folder {@code python} with the official clients of other people's protocols, which are installed
 * in an environment of their own below {@code target}, once for each list of versions.
 */
public final class PythonScript {
  private static final Path FOLDER = Path.of("src/test/resources/python").toAbsolutePath();
  private static final int LONGEST_MINUTES = 10;

  private PythonScript() { }

  /**
   * Runs a script to its end.
   *
   * @return the JSON object that it printed
   */
  public static JsonObject run(String script, String... arguments) {
    String printed = output(python(FOLDER.resolve("requirements.txt")), file(script), arguments);
    try (JsonReader reader = Json.createReader(new StringReader(printed))) {
      return reader.readObject();
    }
  }

  /** One of the scripts of the folder. */
  public static Path file(String name) {
    return FOLDER.resolve(name);
  }

  /** Runs any script to its end, with an interpreter of {@link #python}, and returns what it printed. */
  public static String output(Path python, Path script, String... arguments) {
    return output(Map.of(), python, script, arguments);
  }

  /** The same with variables of the environment. */
  public static String output(Map<String, String> environment, Path python, Path script, String... arguments) {
    List<String> command = new ArrayList<>(List.of(python.toString(), script.toString()));
    command.addAll(List.of(arguments));
    return execute(command, environment);
  }

  /** An interpreter with the packages of a list; tests are left out where there is no Python to make it. */
  public static synchronized Path python(Path requirements) {
    checkIsThere();
    try {
      Path home = Path.of("target", "python-" + Integer.toHexString(Files.readString(requirements).hashCode()))
          .toAbsolutePath();
      Path done = home.resolve("installed");
      if (!Files.exists(done)) {
        execute(List.of("python3", "-m", "venv", home.toString()), Map.of());
        execute(List.of(home.resolve("bin/pip").toString(), "install", "--quiet", "-r", requirements.toString()), Map.of());
        Files.createFile(done);
      }
      return home.resolve("bin/python");
    } catch (IOException e) {
      throw new IllegalStateException("The Python clients cannot be installed", e);
    }
  }

  /** Leaves a test out where there is no Python. */
  public static void checkIsThere() {
    LeftOut.unless(isThere(),
        "no python3 with venv was found: Python clients were not tried (Debian: apt-get install python3-venv)");
  }

  private static boolean isThere() {
    try {
      return new ProcessBuilder("python3", "-c", "import venv, ensurepip").redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String execute(List<String> command, Map<String, String> environment) {
    try {
      File errors = Files.createTempFile("python", ".log").toFile();
      try {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)).as(command + " ends").isTrue();
        assertThat(process.exitValue()).as(() -> command + ":\n" + read(errors)).isZero();
        return output;
      } finally {
        Files.delete(errors.toPath());
      }
    } catch (IOException e) {
      throw new IllegalStateException(command + " cannot be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String read(File file) {
    try {
      return Files.readString(file.toPath());
    } catch (IOException e) {
      return e.toString();
    }
  }
}
