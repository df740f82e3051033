package org.zimage.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.home.RunState;

class WatchedServerTest {
  /** A process that does nothing, for a long time. */
  private record Sleeping(Process process) implements ServerProcess {
    static ServerProcess start(Path program) throws IOException {
      return new Sleeping(new ProcessBuilder(program.toString(), "600").start());
    }

    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public void close() throws InterruptedException {
      process.destroy();
      process.waitFor();
    }
  }

  @TempDir
  private Path folder;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private volatile boolean stopping;
  private Path program;
  private WatchedServer server;

  @BeforeEach
  void start() throws Exception {
    program = Files.createSymbolicLink(folder.resolve("sleep"), Path.of("/bin/sleep"));
    Home home = Home.prepare(folder.resolve("home"));
    server = new WatchedServer("Sleeper", () -> Sleeping.start(program), home, RunState.startingIn(home),
        new ConsoleProgress(new PrintStream(said)), () -> stopping);
    server.start();
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  @Test
  void aServerThatEndsOnItsOwnIsStartedAgain() {
    long first = pid();

    kill(first);

    long second = await().until(this::pid, pid -> pid != first);
    assertThat(isAlive(second)).isTrue();
    assertThat(said.toString()).contains("Sleeper ended on its own; starting it again");
  }

  @Test
  void itIsTriedUntilItStarts() throws Exception {
    long first = pid();
    Files.delete(program);

    kill(first);
    await().until(() -> said.toString().contains("Sleeper cannot be started (Cannot run program"));
    Files.createSymbolicLink(program, Path.of("/bin/sleep"));

    await().until(() -> pid() != first);
  }

  @Test
  void aClosedServerStaysAway() throws Exception {
    server.close();

    await().during(Duration.ofMillis(300)).until(() -> !isAlive(pid()));
    assertThat(said.toString()).doesNotContain("again");
  }

  @Test
  void aServerThatEndsWhileAllIsStoppedStaysAway() {
    stopping = true;

    kill(pid());

    await().during(Duration.ofMillis(300)).until(() -> !isAlive(pid()));
    assertThat(said.toString()).doesNotContain("again");
  }

  /** Of the process that was started last. */
  private long pid() {
    return RunState.read(folder.resolve("home")).orElseThrow().getJsonNumber("sleeper").longValue();
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
