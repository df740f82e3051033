package org.zimage.tests.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.zimage.architecture.LeftOut;

/** An nginx, as Debian's package brings it, that runs as this process' user. Owns its processes until it is closed. */
public final class Nginx implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/nginx");

  private final Process process;

  private Nginx(Process process) {
    this.process = process;
  }

  /**
   * Starts it; the test is left out where there is none.
   *
   * @param folder all that it writes goes there
   * @param servers what the configuration's {@code http} block has
   * @param port where it listens then
   */
  public static Nginx start(Path folder, String servers, int port) throws IOException {
    LeftOut.unless(Files.isExecutable(PROGRAM), "no nginx was found: proxies were not tried (Debian: apt-get install nginx)");
    Path configuration = Files.writeString(folder.resolve("nginx.conf"), """
        %s
        daemon off;
        pid %2$s/nginx.pid;
        events {}
        http {
          access_log off;
          client_body_temp_path %2$s/body;
          proxy_temp_path %2$s/proxy;
          fastcgi_temp_path %2$s/fastcgi;
          uwsgi_temp_path %2$s/uwsgi;
          scgi_temp_path %2$s/scgi;
          %3$s
        }
        """.formatted("root".equals(System.getProperty("user.name")) ? "user root;" : "", folder, servers));
    Path log = folder.resolve("nginx.log");
    Process process = new ProcessBuilder(List.of(PROGRAM.toString(), "-p", folder.toString(), "-e", log.toString(), "-c",
        configuration.toString())).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    await("nginx").atMost(Duration.ofSeconds(20)).until(() -> !process.isAlive() || listens(port));
    if (!process.isAlive()) {
      throw new IllegalStateException("nginx did not start: " + Files.readString(log));
    }
    return new Nginx(process);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
