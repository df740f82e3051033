package org.zimage.tests.system;

import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.zimage.architecture.LeftOut;
import org.zimage.tests.caller.Broker;

/**
 * The whole product, started through its launcher with a home folder of its own and on free ports. Owns the launcher's
 * process and everything that it starts, until it is closed; then nothing of it is left, neither process nor file.
 */
public final class RunningSystem implements AutoCloseable {
  private static final Duration LONGEST_START = Duration.ofMinutes(5);
  private static final Duration LONGEST_STOP = Duration.ofMinutes(1);
  /** Systems of tests live for minutes: compiling their classes for years of use took half of the processors' time. */
  private static final String NO_SECOND_COMPILER = "-XX:TieredStopAtLevel=1";
  private static final List<String> SERVERS = List.of("payara", "worker-2", "worker-3", "redis", "postgresql", "launcher");

  private final Path home;
  private final Map<String, String> environment;
  private final String command;
  private Process launcher;

  private RunningSystem(Path home, Map<String, String> environment, String command) {
    this.home = home;
    this.environment = environment;
    this.command = command;
  }

  /**
   * Starts all of it. A test that needs this is left out where a deployment of others is tested.
   *
   * @param environment settings of the product
   */
  public static RunningSystem start(Map<String, String> environment) throws IOException {
    LeftOut.where(System.getProperty("zimage.baseUrl") != null, "needs a system of its own");
    return start("up", environment);
  }

  /** Only the servers that applications on other servers need. */
  public static RunningSystem startBackends() throws IOException {
    return startBackends(Map.of());
  }

  /** The same, without those whose addresses are given. */
  public static RunningSystem startBackends(Map<String, String> environment) throws IOException {
    return start("backends", environment);
  }

  private static RunningSystem start(String command, Map<String, String> environment) throws IOException {
    Map<String, String> everything = new TreeMap<>(environment);
    everything.put("ZIMAGE_PORT", "0");
    everything.putIfAbsent("ZIMAGE_ARTEMIS_PORT", "0");
    Path home = Files.createTempDirectory("zimage-system-test-");
    // As people make folders
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    everything.put("ZIMAGE_HOME", home.toString());
    RunningSystem system = new RunningSystem(home, everything, command);
    NanoExport export = new NanoExport(distribution());
    try {
      export.offer(home);
      system.launch();
      export.keep(home);
      return system;
    } catch (IOException | RuntimeException failure) {
      system.close();
      throw failure;
    }
  }

  /** Starts the launcher, for the first time or after it was killed, and waits until everything is healthy. */
  public void launch() throws IOException {
    Files.deleteIfExists(backends());
    Path distribution = distribution();
    // As the script zimage does
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", "umask 077; exec \"$@\"", "sh",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx384m",
        "-cp", distribution + "/lib/*:" + distribution + "/server-lib/*", "org.zimage.launcher.Main", command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("launcher.log").toFile()));
    builder.environment().put("JAVA_TOOL_OPTIONS", NO_SECOND_COMPILER);
    builder.environment().putAll(environment);
    launcher = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(launcher::destroy));
    awaitHealthy();
    awaitClassArchive();
  }

  private static Path distribution() {
    return Path.of(System.getProperty("zimage.distribution")).toAbsolutePath().normalize();
  }

  /**
   * The first start of a distribution archives the server's classes in the background. A system that is stopped before that is done
   * leaves it to the next one: short-lived systems, one after the other, would all start four times as slowly.
   */
  private void awaitClassArchive() {
    launcher.children().filter(child -> child.info().commandLine().orElse("").contains("-Xshare:dump"))
        .forEach(child -> child.onExit().orTimeout(LONGEST_START.toSeconds(), TimeUnit.SECONDS).join());
  }

  /** Waits until the launcher says that everything is up, or fails with what it said instead. */
  public void awaitHealthy() {
    try {
      await("the system in " + home).atMost(LONGEST_START).until(() -> isHealthy() || !launcher.isAlive());
    } catch (ConditionTimeoutException e) {
      throw new IllegalStateException("The system is not ready:\n" + log("launcher.log") + log("logs/payara.log"), e);
    }
    if (!launcher.isAlive()) {
      throw new IllegalStateException("The system did not start:\n" + log("launcher.log") + log("logs/payara.log"));
    }
  }

  private boolean isHealthy() {
    return command.equals("backends") ? Files.exists(backends()) : state()
        .filter(state -> state.containsKey("url") && pid(state, "launcher") == launcher.pid()).isPresent();
  }

  /** The file with the addresses of the servers that applications need, when only those run. */
  public Path backends() {
    return home.resolve("run/backends.env");
  }

  /** What {@link #backends} says. */
  public Map<String, String> addresses() throws IOException {
    return Files.readAllLines(backends()).stream().map(line -> line.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1].replaceAll("^'|'$", "")));
  }

  /** The address of the API. */
  public String url() {
    return state().orElseThrow().getString("url");
  }

  /** The broker, as {@code host:port}. */
  public String broker() {
    return "127.0.0.1:" + state().orElseThrow().getInt("artemis_port");
  }

  /** The broker, as other systems see it. */
  public Broker asBroker() {
    return new Broker(broker(), brokerPassword());
  }

  /** Of the nodes' account at the broker. */
  public String brokerPassword() {
    return log("artemis/password").strip();
  }

  /** Where JDBC finds the database, with the applications' account. */
  public String database() {
    return database("zimage", "zimage", "postgresql/password");
  }

  private String database(String name, String user, String passwordFile) {
    return "jdbc:postgresql://127.0.0.1:" + state().orElseThrow().getInt("postgresql_port")
        + "/" + name + "?user=" + user + "&password=" + log(passwordFile).strip();
  }

  /** A new connection to the database. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(database());
  }

  /** A new connection with the account that the launcher keeps for itself. */
  public Connection connectAsSuperuser() throws SQLException {
    return DriverManager.getConnection(database("postgres", "postgres", "postgresql/data/superuser-password"));
  }

  /** The process of {@code launcher}, {@code payara}, {@code worker-2}, {@code postgresql} or {@code redis}. */
  public ProcessHandle process(String name) {
    return ProcessHandle.of(pid(state().orElseThrow(), name)).orElseThrow();
  }

  /** Ends a server as a power cut would, and waits until it is gone. */
  public void kill(String name) {
    ProcessHandle process = process(name);
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Stops a server where it stands, as a network that swallows everything would, until it is {@link #thaw thawed}. */
  public void freeze(String name) throws IOException {
    Signals.send("STOP", process(name).pid());
  }

  public void thaw(String name) throws IOException {
    Signals.send("CONT", process(name).pid());
  }

  /** Asks the launcher to stop everything, and waits until it has; {@link #launch} starts it again. */
  public void terminate() {
    launcher.destroy();
    awaitEnd(launcher);
  }

  /** The content of a file of this system's home, such as a log; nothing where there is none. */
  public String log(String file) {
    try {
      Path log = home.resolve(file);
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder of this system's home, such as {@code pictures}. */
  public Path folder(String name) {
    return home.resolve(name);
  }

  /** Puts an adapter into this system's folder of them, as its owner does. */
  public void putAdapter(Path file, String name) throws IOException {
    Path here = folder("loras").resolve(name + ".safetensors");
    Files.copy(file, here, StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(here, PosixFilePermissions.fromString("rw-------"));
  }

  /** Stops everything and removes the home folder; fails when a process outlives its launcher. */
  @Override
  public void close() throws IOException {
    List<ProcessHandle> processes = new ArrayList<>();
    state().ifPresent(state -> SERVERS.stream().filter(state::containsKey)
        .forEach(name -> ProcessHandle.of(pid(state, name)).ifPresent(processes::add)));
    if (launcher != null) {
      launcher.destroy();
      awaitEnd(launcher);
    }
    List<ProcessHandle> left = processes.stream().filter(RunningSystem::outlives).toList();
    left.forEach(ProcessHandle::destroyForcibly);
    delete(home);
    if (!left.isEmpty()) {
      throw new IllegalStateException("These processes outlived their launcher: " + left);
    }
  }

  /** A database that writes its last checkpoint may need a moment more than its launcher waits. */
  private static boolean outlives(ProcessHandle process) {
    try {
      process.onExit().get(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
      return false;
    } catch (TimeoutException e) {
      return true;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Nobody knows whether process " + process.pid() + " has ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while process " + process.pid() + " stops", e);
    }
  }

  private static void awaitEnd(Process process) {
    try {
      if (!process.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("The launcher did not stop within " + LONGEST_STOP);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the launcher stops", e);
    }
  }

  private Optional<JsonObject> state() {
    try (Reader text = Files.newBufferedReader(home.resolve("run/state.json")); JsonReader reader =
        Json.createReader(text)) {
      return Optional.of(reader.readObject());
    } catch (IOException notYet) {
      return Optional.empty();
    }
  }

  private static long pid(JsonObject state, String name) {
    return state.getJsonNumber(name).longValue();
  }

  /** Deletes a folder with all that it holds. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
