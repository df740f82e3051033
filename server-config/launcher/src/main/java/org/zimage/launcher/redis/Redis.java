package org.zimage.launcher.redis;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.zimage.launcher.error.LauncherException;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.home.Password;
import org.zimage.launcher.home.PrivateFile;
import org.zimage.launcher.process.ServerProcess;
import redis.embedded.core.ExecutableProvider;

/** The Redis server on this home's data. The caller of {@link #start} owns it. */
public final class Redis implements ServerProcess {
  private static final long START_TIMEOUT_SECONDS = 30;

  /**
   * The commands that nodes use, on their keys and channel, and FLUSHALL and INFO for operators; all others are forbidden. The
   * server that the library carries is an old one, with holes in its scripts and in commands that nobody needs.
   */
  private static final String PERMISSIONS = "~zimage:* &zimage:* +@connection +select +hset +hgetall +setex +incr +exists "
      + "+expire +del +publish +subscribe +unsubscribe +flushall +info";

  private final Process process;

  private Redis(Process process) {
    this.process = process;
  }

  /**
   * Writes the server's program into this home. Call it before any process is started: a process that is being started holds the
   * file open for an instant, and Linux runs no program that is open for writing ("Text file busy").
   */
  public static Path unpack(Home home) throws IOException {
    Path folder = Files.createDirectories(home.redis().resolve("server"));
    return ExecutableProvider.newJarResourceProvider(folder.toFile()).get().toPath();
  }

  /** @param program what {@link #unpack} has written */
  public static Redis start(Home home, Path program, int port) throws IOException, InterruptedException {
    // A file, since everybody sees the arguments of a command
    Path configuration = PrivateFile.write(home.redis().resolve("redis.conf"), """
        bind 127.0.0.1
        port %d
        dir "%s"
        appendonly yes
        save ""
        user default reset resetchannels on >%s %s
        """.formatted(port, home.redis(), password(home), PERMISSIONS));
    Process process = new ProcessBuilder(program.toString(), configuration.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.log("redis").toFile()))
        .start();
    Redis redis = new Redis(process);
    redis.awaitAnswer(port, home);
    return redis;
  }

  private static String password(Home home) throws IOException {
    return Password.in(home.redis().resolve("password"));
  }

  /** The address of the server that starts on this port. */
  public static URI url(Home home, int port) throws IOException {
    return URI.create("redis://:" + password(home) + "@127.0.0.1:" + port);
  }

  private void awaitAnswer(int port, Home home) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_TIMEOUT_SECONDS);
    while (process.isAlive() && System.nanoTime() < deadline) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
        return;
      } catch (IOException notYet) {
        Thread.sleep(20);
      }
    }
    process.destroyForcibly();
    throw new LauncherException("Redis did not start: see " + home.log("redis"));
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
