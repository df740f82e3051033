package org.zimage.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** A real PgBouncer before a database, in its default configuration but for the mode. Owns the process until it is closed. */
public final class PgBouncer implements AutoCloseable {
  /** Where Debian puts it, which is not in everybody's path. */
  private static final List<Path> PROGRAMS = List.of(Path.of("/usr/sbin/pgbouncer"), Path.of("/usr/bin/pgbouncer"));

  private final Process process;
  private final int port;

  private PgBouncer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  public static boolean isInstalled() {
    return PROGRAMS.stream().anyMatch(Files::isExecutable);
  }

  /**
   * Starts it before all databases of a server, and waits until it answers.
   *
   * @param mode session or transaction
   * @param user whom the server lets in
   * @param password what callers and the server know; may be empty where the server asks for none
   */
  public static PgBouncer start(Path folder, String mode, int databasePort, String user, String password) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path users = Files.writeString(folder.resolve("users.txt"), "\"" + user + "\" \"" + password + "\"\n");
    Path configuration = Files.writeString(folder.resolve("pgbouncer.ini"), """
        [databases]
        * = host=127.0.0.1 port=%d
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = %s
        auth_file = %s
        pool_mode = %s
        ; whatever relies on a connection to stay the same is found out
        server_round_robin = 1
        """.formatted(databasePort, port, password.isEmpty() ? "trust" : "scram-sha-256", users, mode));
    // It does not run as root
    for (Path path : List.of(folder, users, configuration)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(path.equals(folder) ? "rwxr-xr-x" : "rw-r--r--"));
    }
    List<String> command = new ArrayList<>(List.of(PROGRAMS.stream().filter(Files::isExecutable).findFirst().orElseThrow().toString()));
    command.addAll("root".equals(System.getProperty("user.name")) ? List.of("-u", "nobody") : List.of());
    command.add(configuration.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    PgBouncer started = new PgBouncer(process, port);
    Awaitility.await("PgBouncer").until(() -> started.isListening() || !process.isAlive());
    if (!process.isAlive()) {
      throw new IllegalStateException("PgBouncer did not start:\n" + Files.readString(folder.resolve("log")));
    }
    return started;
  }

  private boolean isListening() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
