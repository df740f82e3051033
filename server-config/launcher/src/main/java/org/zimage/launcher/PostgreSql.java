package org.zimage.launcher;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A real PostgreSQL server on this home's data, with durable settings. Owned by who has started it. */
final class PostgreSql implements ServerProcess {
  private static final String DATABASE = "zimage";

  private final EmbeddedPostgres server;
  private final long pid;

  private PostgreSql(EmbeddedPostgres server, long pid) {
    this.server = server;
    this.pid = pid;
  }

  static PostgreSql start(Home home, int port) throws IOException, SQLException {
    Path data = home.postgresql().resolve("data");
    // The library keeps a folder of its own, and deletes every data folder in it that was not started in the last ten minutes:
    // it is made for tests. So the data must never lie in there.
    System.setProperty("ot.epg.working-dir", home.postgresql().resolve("library").toString());
    ProcessBuilder.Redirect log = ProcessBuilder.Redirect.appendTo(home.log("postgresql").toFile());
    EmbeddedPostgres server = EmbeddedPostgres.builder()
        .setPort(port)
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setOverrideWorkingDirectory(home.postgresql().resolve("server").toFile())
        // The launcher stops the server itself, after the applications that still write.
        .setRegisterShutdownHook(false)
        // The library is made for tests and switches both off.
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("max_connections", "200")
        // Reached by TCP only, so it needs no socket files in the machine's temporary folder.
        .setServerConfig("unix_socket_directories", "")
        .setLocaleConfig("locale", "C.UTF-8")
        .setPGStartupWait(Duration.ofSeconds(60))
        .setOutputRedirector(log)
        .setErrorRedirector(log)
        .start();
    createDatabase(server);
    long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
    return new PostgreSql(server, pid);
  }

  private static void createDatabase(EmbeddedPostgres server) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
      if (!found.next()) {
        statement.execute("CREATE DATABASE " + DATABASE);
      }
    }
  }

  /** Where the server that starts on this port will be found. */
  static DatabaseUrl url(int port) {
    return new DatabaseUrl("127.0.0.1", port, DATABASE, "postgres", "postgres", "disable", "");
  }

  int port() {
    return server.getPort();
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
