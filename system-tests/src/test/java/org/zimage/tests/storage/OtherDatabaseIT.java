package org.zimage.tests.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.architecture.LeftOut;
import org.zimage.platform.PgBouncer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.FreePort;
import org.zimage.tests.system.Node;
import org.zimage.tests.system.RunningSystem;

/** Nodes with a database as companies run it: behind a pooler, on two hosts, prepared by somebody else, or not there yet. */
@Tag("deployment")
class OtherDatabaseIT {
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final String PICTURE = "{\"prompt\":\"红色的圆\",\"width\":256,\"height\":256,\"num_inference_steps\":4}";
  private static final String PASSWORD = "se cret/@1";
  private static final String ACCOUNT = "zimage:se%20cret%2F%401";
  private static final String WAITING = "The database's tables are not ready, trying again every second: ";

  @TempDir
  private Path folder;
  private static RunningSystem backends;
  private EmbeddedPostgres database;
  private EmbeddedPostgres standby;
  private Node web;
  private Node worker;

  @BeforeAll
  static void startTheOtherServers() throws IOException {
    backends = RunningSystem.startBackends(Map.of("DATABASE_URL", "postgresql://zimage@127.0.0.1:1/not-used"));
  }

  @AfterAll
  static void stopTheOtherServers() throws IOException {
    backends.close();
  }

  @AfterEach
  void stop() throws IOException {
    for (AutoCloseable node : Stream.of(web, worker).filter(node -> node != null).toList()) {
      ((Node) node).close();
    }
    for (EmbeddedPostgres server : Stream.of(database, standby).filter(server -> server != null).toList()) {
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"session,''", "transaction,?prepareThreshold=0"})
  void worksBehindPgBouncer(String mode, String parameters) throws Exception {
    LeftOut.unless(PgBouncer.isInstalled(), "pgbouncer is not installed (apt-get install pgbouncer)");
    database = start(folder.resolve("data"), FreePort.find());
    execute(database, "CREATE ROLE zimage LOGIN PASSWORD '" + PASSWORD + "'", "CREATE DATABASE zimage OWNER zimage");
    closeToStrangers(database, folder.resolve("data"));

    try (PgBouncer pgBouncer = PgBouncer.start(Files.createDirectory(folder.resolve("pgbouncer")), mode, database.getPort(), "zimage",
        PASSWORD)) {
      Api api = startNodes("127.0.0.1:" + pgBouncer.port(), parameters);

      List<String> tasks = IntStream.range(0, 24).mapToObj(i -> api.generate(PICTURE)).toList();
      tasks.forEach(api::awaitResult);

      assertThat(IntStream.range(0, 24).map(i -> api.get("/v1/history").status())).containsOnly(200);
      assertThat(web.text() + worker.text()).doesNotContain("prepared statement").doesNotContain("SEVERE");
    }
  }

  @Test
  void waitsForADatabaseAndSaysWhatForUntilItIsAsItMustBe() throws Exception {
    int port = FreePort.find();
    web = Node.start("web", backends.folder("."), environment("127.0.0.1:" + port, ""));
    Api api = new Api(web.url(), null, null, null);
    awaitWord("Connection to 127.0.0.1:" + port + " refused");
    await().atMost(LONGEST).ignoreExceptions().until(() -> api.get("/health").status() == 503);
    assertThat(api.get("/health").json().getJsonObject("checks").getString("database")).isEqualTo("unreachable");

    database = start(folder.resolve("data"), port);
    execute(database, "CREATE ROLE zimage LOGIN PASSWORD 'another'", "CREATE DATABASE zimage");
    closeToStrangers(database, folder.resolve("data"));
    awaitWord("password authentication failed for user \"zimage\"");

    execute(database, "ALTER ROLE zimage PASSWORD '" + PASSWORD + "'");
    awaitWord("The role zimage may make no tables in the schema public of the database zimage: run GRANT CREATE ON SCHEMA public TO zimage");

    execute(database, "ALTER DATABASE zimage OWNER TO zimage");
    web.awaitReady("/health/ready");
    assertThat(api.generate(PICTURE)).isNotEmpty();
    assertThat(web.text().lines().filter(line -> line.contains(WAITING))).as("each reason once").hasSizeLessThan(8);
  }

  @Test
  void goesOnWithTheOtherHostAfterAFailover() throws Exception {
    int first = FreePort.find();
    int second = FreePort.find();
    Path firstData = folder.resolve("first");
    Path secondData = folder.resolve("second");
    database = start(firstData, first);
    execute(database, "CREATE ROLE zimage LOGIN PASSWORD '" + PASSWORD + "'", "CREATE DATABASE zimage OWNER zimage");
    closeToStrangers(database, firstData);
    database.close();
    copy(firstData, secondData);
    configure(firstData, "synchronous_standby_names = '*'");
    configure(secondData, "primary_conninfo = 'host=127.0.0.1 port=" + first + " user=postgres'");
    Files.createFile(secondData.resolve("standby.signal"));
    database = start(firstData, first);
    standby = start(secondData, second);
    Api api = startNodes("127.0.0.1:" + second + ",127.0.0.1:" + first, "");
    api.awaitResult(api.generate(PICTURE));

    List<String> tasks = IntStream.range(0, 10).mapToObj(i -> api.generate(PICTURE)).toList();
    kill(firstData);
    execute(standby, "SELECT pg_promote()");

    // Meanwhile requests are answered with 503
    await("all that was accepted").atMost(LONGEST).pollInterval(Duration.ofSeconds(1)).untilAsserted(() ->
        assertThat(tasks).allSatisfy(task -> assertThat(api.get("/v1/tasks/" + task).body()).contains("\"SUCCESS\"")));
    api.awaitResult(api.generate(PICTURE));
  }

  private Api startNodes(String hosts, String parameters) throws IOException {
    Map<String, String> environment = environment(hosts, parameters);
    web = Node.start("web", backends.folder("."), environment);
    worker = Node.start("worker", backends.folder("."), environment);
    web.awaitReady("/health/ready");
    worker.awaitReady("/worker/health/ready");
    return new Api(web.url(), null, null, null);
  }

  private static Map<String, String> environment(String hosts, String parameters) throws IOException {
    Map<String, String> environment = new TreeMap<>(backends.addresses());
    environment.put("DATABASE_URL", "postgresql://" + ACCOUNT + "@" + hosts + "/zimage" + parameters);
    return environment;
  }

  private void awaitWord(String word) {
    await(word).atMost(LONGEST).until(() -> web.text().lines().anyMatch(line -> line.contains(WAITING) && line.contains(word)));
  }

  private static EmbeddedPostgres start(Path data, int port) throws IOException {
    return EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false).setPort(port)
        .setServerConfig("max_connections", "100")
        .setServerConfig("synchronous_commit", "on") // which the library switches off: what was accepted would not wait for the standby
        .start();
  }

  /** Everybody but the superuser needs a password. */
  private static void closeToStrangers(EmbeddedPostgres server, Path data) throws IOException, SQLException {
    Files.writeString(data.resolve("pg_hba.conf"), """
        host all,replication postgres 127.0.0.1/32 trust
        host all all 127.0.0.1/32 scram-sha-256
        """);
    execute(server, "SELECT pg_reload_conf()");
  }

  private static void execute(EmbeddedPostgres server, String... statements) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection(); Statement statement = connection.createStatement()) {
      for (String text : statements) {
        statement.execute(text);
      }
    }
  }

  private static void configure(Path data, String line) throws IOException {
    Files.writeString(data.resolve("postgresql.auto.conf"), line + "\n", StandardOpenOption.APPEND);
  }

  private static void copy(Path from, Path to) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("cp", "-a", from.toString(), to.toString()).inheritIO().start().waitFor()).isZero();
  }

  /** As a power cut would: the first process and those that it has started. */
  private static void kill(Path data) throws IOException {
    ProcessHandle first = ProcessHandle.of(Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0))).orElseThrow();
    List<ProcessHandle> all = Stream.concat(first.descendants(), Stream.of(first)).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(process -> process.onExit().join());
  }
}
