package org.zimage.launcher.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.launcher.address.DatabaseUrl;
import org.zimage.launcher.address.Ports;
import org.zimage.launcher.home.Home;

/** What other users of the machine, and the applications themselves, can do with the database that is started here. */
class PostgreSqlAccessTest {
  @TempDir
  private static Path shared;
  private static Home home;
  private static PostgreSql server;

  @TempDir
  private Path folder;

  @BeforeAll
  static void start() throws Exception {
    home = Home.prepare(shared);
    server = PostgreSql.start(home, Ports.anyFree());
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"postgres, postgres", "postgres, ''", "zimage, zimage", "nobody, nobody"})
  void letsNobodyInWithoutAPasswordOfThisHome(String user, String password) {
    for (String database : new String[] {"zimage", "postgres", "template1"}) {
      assertThatThrownBy(() -> connect(server.port(), database, user, password).close()).isInstanceOf(SQLException.class);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "COPY (SELECT 1) TO PROGRAM 'true'",
      "COPY (SELECT 1) TO '/tmp/zimage-was-here'",
      "SELECT pg_read_file('postgresql.conf')",
      "CREATE ROLE another SUPERUSER",
      "ALTER ROLE zimage SUPERUSER",
      "ALTER SYSTEM SET archive_command = 'true'",
      "SELECT lo_import('/etc/passwd')"})
  void theApplicationsMayNotReachBeyondTheirDatabase(String statement) throws Exception {
    try (Connection connection = connect(home, server)) {
      assertThatThrownBy(() -> connection.createStatement().execute(statement)).isInstanceOf(SQLException.class)
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void takesTheDataOfAnOlderVersionOverWithItsRows() throws Exception {
    Home old = Home.prepare(folder);
    try (EmbeddedPostgres older = olderVersion(old);
        Connection connection = older.getPostgresDatabase().getConnection()) {
      connection.createStatement().execute("ALTER ROLE postgres PASSWORD 'postgres'");
      connection.createStatement().execute("CREATE DATABASE zimage");
    }
    try (EmbeddedPostgres older = olderVersion(old);
        Connection connection = older.getDatabase("postgres", "zimage").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE kept (id serial PRIMARY KEY, value text)");
      statement.execute("INSERT INTO kept (value) VALUES ('yes')");
      statement.execute("CREATE VIEW seen AS SELECT value FROM kept");
      statement.execute("CREATE FUNCTION five(integer) RETURNS integer LANGUAGE sql AS 'SELECT 5'");
    }

    try (PostgreSql taken = PostgreSql.start(old, Ports.anyFree())) {
      assertThatThrownBy(() -> connect(taken.port(), "zimage", "postgres", "postgres")).isInstanceOf(SQLException.class);
      try (Connection connection = connect(old, taken); Statement statement = connection.createStatement()) {
        assertThat(single(statement, "SELECT value FROM kept")).isEqualTo("yes");
        assertThat(single(statement, "SELECT string_agg(DISTINCT relowner::regrole::text, ',') FROM pg_class "
            + "WHERE relnamespace = 'public'::regnamespace")).isEqualTo("zimage");
        // As a migration does
        statement.execute("ALTER TABLE kept ADD COLUMN more text");
        statement.execute("INSERT INTO kept (value) VALUES ('too')");
        statement.execute("CREATE OR REPLACE FUNCTION five(integer) RETURNS integer LANGUAGE sql AS 'SELECT 6'");
      }
    }
  }

  @Test
  void dataThatWasCopiedFromAnotherHomeIsServed() throws Exception {
    Home first = Home.prepare(folder.resolve("first"));
    try (PostgreSql taken = PostgreSql.start(first, Ports.anyFree()); Connection connection = connect(first, taken)) {
      connection.createStatement().execute("CREATE TABLE kept AS SELECT 'yes' AS value");
    }
    Home other = Home.prepare(folder.resolve("second"));
    Files.move(first.postgresql().resolve("data"), other.postgresql().resolve("data"));

    try (PostgreSql copied = PostgreSql.start(other, Ports.anyFree()); Connection connection = connect(other, copied);
        Statement statement = connection.createStatement()) {
      assertThat(single(statement, "SELECT value FROM kept")).isEqualTo("yes");
    }
  }

  @Test
  void isSeenToHaveNoPasswordInItsArgumentsOrItsLog() throws Exception {
    String password = PostgreSql.url(home, server.port()).password();
    String superusers = Files.readString(home.postgresql().resolve("data/superuser-password")).strip();

    assertThat(ProcessHandle.of(server.pid()).orElseThrow().info().commandLine().orElseThrow())
        .doesNotContain(password, superusers);
    assertThat(Files.readString(home.log("postgresql"))).doesNotContain(password, superusers);
  }

  /** As it was started until there were accounts: everybody who could reach it was its superuser. */
  private static EmbeddedPostgres olderVersion(Home home) throws Exception {
    System.setProperty("ot.epg.working-dir", home.postgresql().resolve("library").toString());
    return EmbeddedPostgres.builder().setDataDirectory(home.postgresql().resolve("data")).setCleanDataDirectory(false)
        .setOverrideWorkingDirectory(home.postgresql().resolve("server").toFile())
        .setServerConfig("unix_socket_directories", "").setLocaleConfig("locale", "C.UTF-8").start();
  }

  private static Connection connect(Home home, PostgreSql server) throws Exception {
    DatabaseUrl url = PostgreSql.url(home, server.port());
    return connect(url.hosts().get(0).port(), url.database(), url.user(), url.password());
  }

  private static Connection connect(int port, String database, String user, String password) throws SQLException {
    return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, user, password);
  }

  private static String single(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
