package org.zimage.system;

import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The product, started by its own launcher in a fresh folder on free ports, and stopped with everything it wrote. With
 * {@code -Dzimage.baseUrl} the system that runs there is used instead.
 */
final class RunningSystem implements AutoCloseable {
  private static final Duration STARTING = Duration.ofMinutes(4);
  private static final Path DISTRIBUTION = Path.of(System.getProperty("zimage.distribution", "")).toAbsolutePath().normalize();

  private static RunningSystem shared;

  private final Path home;
  private final Map<String, String> settings;
  private Process launcher;

  private RunningSystem(Path home, Map<String, String> settings) {
    this.home = home;
    this.settings = settings;
  }

  /** One system for all tests that do not kill it; stopped when the tests are over. */
  static synchronized RunningSystem shared() {
    if (shared == null) {
      shared = start(Map.of());
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
    }
    return shared;
  }

  static boolean isElsewhere() {
    return !System.getProperty("zimage.baseUrl", "").isBlank();
  }

  /** A system of the caller's own. */
  static RunningSystem start(Map<String, String> settings) {
    try {
      Path home = isElsewhere() ? null : Files.createTempDirectory(Files.createDirectories(Path.of("target/homes")), "home").toAbsolutePath();
      RunningSystem system = new RunningSystem(home, settings);
      if (!isElsewhere()) {
        system.startLauncher();
      }
      return system;
    } catch (IOException cause) {
      throw new IllegalStateException(cause);
    }
  }

  /** Starts it (again) on the same folder, and waits until it is ready. */
  void startLauncher() throws IOException {
    Path state = home.resolve("run/state.json");
    Optional<Long> killed = Files.exists(state) ? Optional.of(pid("launcher")) : Optional.empty();
    ProcessBuilder builder = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m", "-cp", DISTRIBUTION + "/lib/*:" + DISTRIBUTION + "/server-lib/*", "org.zimage.launcher.Main", "up"))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("launcher.log").toFile()));
    builder.environment().putAll(Map.of("ZIMAGE_HOME", home.toString(), "ZIMAGE_PORT", "0", "ZIMAGE_ARTEMIS_PORT", "0"));
    builder.environment().putAll(settings);
    launcher = builder.start();
    await().atMost(STARTING).pollInterval(Duration.ofMillis(200)).until(() -> {
      if (!launcher.isAlive()) {
        throw new IllegalStateException("The launcher ended:\n" + Files.readString(home.resolve("launcher.log")));
      }
      return state().filter(json -> json.containsKey("url"))
          .filter(json -> !Optional.of(json.getJsonNumber("launcher").longValue()).equals(killed)).isPresent();
    });
  }

  private Optional<JsonObject> state() throws IOException {
    try (JsonReader reader = Json.createReader(new StringReader(Files.readString(home.resolve("run/state.json"))))) {
      return Optional.of(reader.readObject());
    } catch (NoSuchFileException notYet) {
      return Optional.empty();
    }
  }

  URI url() {
    try {
      return URI.create(isElsewhere() ? System.getProperty("zimage.baseUrl") : state().orElseThrow().getString("url"));
    } catch (IOException cause) {
      throw new IllegalStateException(cause);
    }
  }

  Path pictures() {
    return home.resolve("pictures");
  }

  long pid(String process) throws IOException {
    return state().orElseThrow().getJsonNumber(process).longValue();
  }

  /** SIGKILL: nobody gets to clean up. */
  void kill(String process) throws IOException {
    ProcessHandle handle = ProcessHandle.of(pid(process)).orElseThrow();
    handle.destroyForcibly();
    handle.onExit().join();
  }

  @Override
  public void close() {
    if (launcher == null) {
      return;
    }
    launcher.destroy();
    try {
      if (!launcher.waitFor(90, TimeUnit.SECONDS)) {
        launcher.destroyForcibly();
      }
      deleteHome();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IOException cause) {
      throw new IllegalStateException(cause);
    }
  }

  private void deleteHome() throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
