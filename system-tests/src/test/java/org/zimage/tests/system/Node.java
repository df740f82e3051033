package org.zimage.tests.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.zimage.tests.caller.Api;

/** One node of a scaled-out deployment, a process of its own. Owns it until it is closed. */
public record Node(Process process, int port, Path log) implements AutoCloseable {
  private static final Duration LONGEST_START = Duration.ofMinutes(5);

  /**
   * Starts a node; does not wait for it.
   *
   * @param role web or worker
   * @param home the folder that all nodes share here
   * @param environment its settings
   */
  public static Node start(String role, Path home, Map<String, String> environment) throws IOException {
    int port = FreePort.find();
    Path log = home.resolve("logs/" + role + "-" + port + ".log");
    Path script = Path.of(System.getProperty("zimage.distribution"), "payara/zimage-node").toAbsolutePath().normalize();
    ProcessBuilder builder = new ProcessBuilder(script.toString(), role).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    builder.environment().putIfAbsent("ZIMAGE_JAVA_OPTIONS", "-Xmx512m");
    builder.environment().putAll(Map.of("JAVA_HOME", System.getProperty("java.home"), "ZIMAGE_HOME", home.toString(),
        "ZIMAGE_PORT", Integer.toString(port), "API_ENABLE_AUTH", "false"));
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new Node(process, port, log);
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Waits until the node says at its probe that it can work. */
  public void awaitReady(String probe) {
    Api api = new Api(url(), null, null, null);
    await("the node of " + log).atMost(LONGEST_START).ignoreExceptions()
        .until(() -> !process.isAlive() || api.get(probe).status() == 200);
    if (!process.isAlive()) {
      throw new IllegalStateException("The node ended with " + process.exitValue() + ":\n" + text());
    }
  }

  /** What it has written so far. */
  public String text() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By which its tasks name it. */
  public boolean isNamed(String worker) {
    return worker != null && worker.endsWith(":" + process.pid());
  }

  /** Asks it to stop, and waits. */
  public int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("The node does not stop:\n" + text());
    }
    return process.exitValue();
  }

  /** Ends it as a power cut would. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill();
    }
  }
}
