package org.zimage.launcher.postgresql;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.postgresql.PGConnection;
import org.zimage.launcher.address.DatabaseUrl;
import org.zimage.launcher.address.ServerAddress;
import org.zimage.launcher.error.LauncherException;
import org.zimage.launcher.home.Folders;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.home.OrphanedServers;
import org.zimage.launcher.home.Password;
import org.zimage.launcher.home.PrivateFile;
import org.zimage.launcher.process.ServerProcess;

/**
 * The PostgreSQL server on this home's data, with durable settings. Only the launcher knows its superuser, who may run programs as
 * the owner of this home. The applications' role owns their database and may do nothing else. The caller of {@link #start} owns it.
 */
public final class PostgreSql implements ServerProcess {
  private static final String ADDRESS = "127.0.0.1";
  private static final String DATABASE = "zimage";
  private static final String ROLE = "zimage";
  /** The superuser's name, which the library has chosen. */
  private static final String SUPERUSER = "postgres";
  /** The first number of a database that users have made. PostgreSQL's own have lower ones. */
  private static final long FIRST_USER_OID = 16384;
  private static final String ACCESS = """
      # Written at every start
      host  all     postgres  127.0.0.1/32  scram-sha-256
      host  zimage  zimage    127.0.0.1/32  scram-sha-256
      """;
  /** Gives the role the tables that older versions made as the superuser. */
  private static final String TAKE_TABLES_OVER = """
      DO $$
      DECLARE statement text;
      BEGIN
        FOR statement IN
          SELECT format('ALTER TABLE %s OWNER TO zimage', c.oid::regclass) FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relowner <> 'zimage'::regrole AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))
          UNION ALL
          SELECT format('ALTER ROUTINE %s OWNER TO zimage', p.oid::regprocedure) FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace AND p.proowner <> 'zimage'::regrole
        LOOP
          EXECUTE statement;
        END LOOP;
      END $$""";

  /** The library's programs, by their folder: the library unpacks them once for equal resolvers, which is once for each home. */
  private record Programs(Path folder) implements PgBinaryResolver {
    @Override
    public InputStream getPgBinary(String system, String architecture) throws IOException {
      return DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, architecture);
    }
  }

  private final EmbeddedPostgres server;
  private final long pid;

  private PostgreSql(EmbeddedPostgres server, long pid) {
    this.server = server;
    this.pid = pid;
  }

  public static PostgreSql start(Home home, int port) throws IOException, SQLException {
    Path data = data(home);
    // The library keeps a folder of its own, and deletes every data folder in it that was not started in the last ten minutes:
    // it is made for tests. So the data must never lie in there.
    System.setProperty("ot.epg.working-dir", home.postgresql().resolve("library").toString());
    Path programs = home.postgresql().resolve("server");
    Path access = PrivateFile.write(home.postgresql().resolve("pg_hba.conf"), ACCESS);
    ProcessBuilder.Redirect log = ProcessBuilder.Redirect.appendTo(home.log("postgresql").toFile());
    Path passwordFile = data.resolve("superuser-password");
    boolean isKnown = Password.isIn(passwordFile);
    deleteUnfinishedPrograms(programs);
    if (!isKnown) {
      deleteUnfinishedData(data);
    }
    String password = isKnown ? Password.in(passwordFile) : Password.random();
    EmbeddedPostgres server = start(EmbeddedPostgres.builder()
        .setPort(port)
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setOverrideWorkingDirectory(programs.toFile())
        .setPgBinaryResolver(new Programs(programs))
        // The launcher stops the server itself, after the applications that still write.
        .setRegisterShutdownHook(false)
        // Data that is new, or of an older version, or restored without this file, has another password or none
        .setDataDirectoryCustomizer(unpacked -> {
          if (!isKnown) {
            changeSuperuserPassword(programs, data, password, log);
            keep(password, passwordFile);
          }
        })
        .setConnectConfig("password", password)
        // The library is made for tests and switches both off.
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("max_connections", "200")
        .setServerConfig("hba_file", access.toString())
        .setServerConfig("listen_addresses", ADDRESS)
        // Reached by TCP only, as the driver needs it
        .setServerConfig("unix_socket_directories", "")
        .setLocaleConfig("locale", "C.UTF-8")
        .setPGStartupWait(Duration.ofSeconds(60))
        .setOutputRedirector(log)
        .setErrorRedirector(log));
    try {
      // The library makes it writable for everybody
      Folders.takeFromOthers(programs);
      prepareDatabase(server, home);
    } catch (IOException | SQLException | RuntimeException failure) {
      server.close();
      throw failure;
    }
    return new PostgreSql(server, pid(home).orElseThrow());
  }

  private static Path data(Home home) {
    return home.postgresql().resolve("data");
  }

  /** Stops a server that is left on this home's data, of a launcher that ended before it had noted the server. */
  public static void stopOrphan(Home home) throws IOException {
    pid(home).ifPresent(pid -> OrphanedServers.stop(pid, data(home)));
  }

  /** The process that the server on this home's data had when it started; empty after a normal end. */
  private static OptionalLong pid(Home home) throws IOException {
    Path file = data(home).resolve("postmaster.pid");
    if (!Files.exists(file)) {
      return OptionalLong.empty();
    }
    return Files.readAllLines(file).stream().limit(1).map(String::trim).filter(line -> line.matches("\\d{1,18}"))
        .mapToLong(Long::parseLong).findFirst();
  }

  private static EmbeddedPostgres start(EmbeddedPostgres.Builder server) throws IOException {
    try {
      return server.start();
    } catch (ExceptionInInitializerError failure) { // what the library makes of an IOException while it unpacks
      throw new IOException("PostgreSQL's programs cannot be unpacked: " + failure.getCause(), failure);
    }
  }

  /** Deletes programs of a start that was killed while it unpacked them. The library marks whole ones and fails over others. */
  private static void deleteUnfinishedPrograms(Path programs) throws IOException {
    if (Files.isDirectory(programs)) {
      try (DirectoryStream<Path> versions = Files.newDirectoryStream(programs, "PG-*")) {
        for (Path version : versions) {
          if (Files.isDirectory(version) && Files.notExists(version.resolve(".exists"))) {
            Folders.delete(version);
          }
        }
      }
    }
  }

  /**
   * Deletes the data of a start that was killed while it made them. Where there is a database beside PostgreSQL's own, nothing is
   * deleted. The folder itself stays, because it may be a volume.
   */
  private static void deleteUnfinishedData(Path data) throws IOException {
    if (Files.isDirectory(data.resolve("global")) && !hasDatabasesOfUsers(data.resolve("base"))) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(data)) {
        for (Path file : files) {
          Folders.delete(file);
        }
      }
    }
  }

  private static boolean hasDatabasesOfUsers(Path base) throws IOException {
    if (!Files.isDirectory(base)) {
      return false;
    }
    try (Stream<Path> databases = Files.list(base)) {
      return databases.anyMatch(PostgreSql::isMadeByUsers);
    }
  }

  private static boolean isMadeByUsers(Path database) {
    String name = database.getFileName().toString();
    return name.matches("\\d{5,}") && Long.parseLong(name) >= FIRST_USER_OID;
  }

  /** Sets the password by the program in its single-user mode, which listens to nobody else. */
  private static void changeSuperuserPassword(Path programs, Path data, String password, ProcessBuilder.Redirect log) {
    try {
      List<String> command = new ArrayList<>();
      if (LinuxUtils.isUnshareAvailable()) { // as the library starts it where root does, whom PostgreSQL refuses
        command.addAll(List.of("unshare", "-U"));
      }
      command.addAll(List.of(program(programs).toString(), "--single", "-D", data.toString(), SUPERUSER));
      Process process = new ProcessBuilder(command).redirectOutput(log).redirectError(log).start();
      try (Writer statements = process.outputWriter()) {
        statements.write("ALTER ROLE " + SUPERUSER + " PASSWORD '" + password + "'\n");
      }
      if (process.waitFor() != 0) {
        throw new LauncherException("PostgreSQL's data in " + data + " cannot be prepared: see " + log.file());
      }
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LauncherException("Interrupted while PostgreSQL starts", interrupted);
    }
  }

  private static Path program(Path programs) throws IOException {
    try (Stream<Path> versions = Files.list(programs)) {
      return versions.map(version -> version.resolve("bin/postgres")).filter(Files::isExecutable).findFirst().orElseThrow();
    }
  }

  private static void keep(String password, Path file) {
    try {
      Password.keep(password, file);
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  private static void prepareDatabase(EmbeddedPostgres server, Home home) throws IOException, SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      if (!exists(statement, "pg_roles WHERE rolname = '" + ROLE + "'")) {
        statement.execute("CREATE ROLE " + ROLE + " LOGIN");
      }
      connection.unwrap(PGConnection.class).alterUserPassword(ROLE, password(home).toCharArray(), "scram-sha-256");
      if (!exists(statement, "pg_database WHERE datname = '" + DATABASE + "'")) {
        statement.execute("CREATE DATABASE " + DATABASE);
      }
      statement.execute("ALTER DATABASE " + DATABASE + " OWNER TO " + ROLE);
    }
    try (Connection connection = server.getDatabase(SUPERUSER, DATABASE).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(TAKE_TABLES_OVER);
    }
  }

  private static boolean exists(Statement statement, String row) throws SQLException {
    try (ResultSet found = statement.executeQuery("SELECT 1 FROM " + row)) {
      return found.next();
    }
  }

  /** The password of the applications' role. */
  private static String password(Home home) throws IOException {
    return Password.in(home.postgresql().resolve("password"));
  }

  /** The address of the server that starts on this port. */
  public static DatabaseUrl url(Home home, int port) throws IOException {
    return new DatabaseUrl(List.of(new ServerAddress.Host(ADDRESS, port)), DATABASE, ROLE, password(home),
        Map.of("sslmode", "disable"));
  }

  public int port() {
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
