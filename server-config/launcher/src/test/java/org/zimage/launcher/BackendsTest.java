package org.zimage.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.launcher.address.DatabaseUrl;
import org.zimage.launcher.address.Ports;
import org.zimage.launcher.home.Folders;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.home.OrphanedServers;
import org.zimage.launcher.postgresql.PostgreSql;
import org.zimage.launcher.process.ConsoleProgress;
import org.zimage.launcher.product.Distribution;
import org.zimage.launcher.redis.Redis;

class BackendsTest {
  @TempDir Path folder;

  @Test
  void postgresqlKeepsItsDataOverARestartAndIsDurable() throws Exception {
    Home home = Home.prepare(folder);
    int port = Ports.anyFree();
    try (PostgreSql first = PostgreSql.start(home, port); Connection connection = connect(home, first)) {
      connection.createStatement().execute("CREATE TABLE kept (value text)");
      connection.createStatement().execute("INSERT INTO kept VALUES ('yes')");
    }
    startedLongAgo(home.postgresql().resolve("data/epg-lock"));

    try (PostgreSql second = PostgreSql.start(home, port); Connection connection = connect(home, second);
        Statement statement = connection.createStatement()) {
      assertThat(single(statement, "SELECT value FROM kept")).isEqualTo("yes");
      assertThat(single(statement, "SHOW fsync")).isEqualTo("on");
      assertThat(single(statement, "SHOW synchronous_commit")).isEqualTo("on");
    }
  }

  /** There is no model that could be exported here, which is found out while the servers start. */
  @Test
  void aStartThatFailsLeavesNoServerBehind() throws Exception {
    Path home = folder.resolve("home");
    LocalSystem system = new LocalSystem(Distribution.ofThisJar(), Map.of("ZIMAGE_HOME", home.toString(), "ZIMAGE_ARTEMIS_PORT", "0"),
        new ConsoleProgress(System.out));
    assertThatThrownBy(system::startBackends).isInstanceOf(Exception.class);

    system.stop();

    assertThat(home.resolve("postgresql/data/PG_VERSION")).exists();
    assertThat(ProcessHandle.allProcesses().filter(process -> OrphanedServers.belongsTo(process, home))).isEmpty();
  }

  @Test
  void aPostgresqlThatIsLeftOnTheDataIsStopped() throws Exception {
    Home home = Home.prepare(folder);
    PostgreSql server = PostgreSql.start(home, Ports.anyFree());
    ProcessHandle left = ProcessHandle.of(server.pid()).orElseThrow();

    PostgreSql.stopOrphan(home);

    assertThat(left.isAlive()).isFalse();
    server.close();
    PostgreSql.stopOrphan(home); // after a normal end there is none
  }

  @Test
  void postgresqlStartsWhereAStartWasKilledWhileItUnpackedThePrograms() throws Exception {
    Home home = Home.prepare(folder.resolve("home"));
    Path first = Home.prepare(folder.resolve("first")).postgresql();
    PostgreSql.start(new Home(folder.resolve("first")), Ports.anyFree()).close();
    try (Stream<Path> versions = Files.list(first.resolve("server"))) {
      String version = versions.filter(Files::isDirectory).findFirst().orElseThrow().getFileName().toString();
      Path lib = Files.createDirectories(home.postgresql().resolve("server").resolve(version).resolve("lib"));
      try (Stream<Path> files = Files.list(first.resolve("server").resolve(version).resolve("lib"))) {
        for (Path link : files.filter(Files::isSymbolicLink).toList()) {
          Files.createSymbolicLink(lib.resolve(link.getFileName()), Files.readSymbolicLink(link));
        }
      }
    }

    try (PostgreSql server = PostgreSql.start(home, Ports.anyFree()); Connection connection = connect(home, server)) {
      assertThat(single(connection.createStatement(), "SELECT 'yes'")).isEqualTo("yes");
    }
  }

  @Test
  void postgresqlStartsWhereAStartWasKilledWhileItMadeTheData() throws Exception {
    Home home = Home.prepare(folder);
    PostgreSql.start(home, Ports.anyFree()).close();
    Path data = home.postgresql().resolve("data");
    // As the library's initdb leaves it: the template is there, no other database, and nobody has set a password
    Files.delete(data.resolve("superuser-password"));
    try (Stream<Path> databases = Files.list(data.resolve("base"))) {
      for (Path database : databases.filter(path -> !path.endsWith("1")).toList()) {
        Folders.delete(database);
      }
    }

    try (PostgreSql server = PostgreSql.start(home, Ports.anyFree()); Connection connection = connect(home, server)) {
      assertThat(single(connection.createStatement(), "SELECT 'yes'")).isEqualTo("yes");
    }
  }

  @Test
  void redisAnswersOnItsPortUntilItIsClosed() throws Exception {
    Home home = Home.prepare(folder);
    Redis redis = Redis.start(home, Redis.unpack(home), Ports.anyFree());

    ProcessHandle process = ProcessHandle.of(redis.pid()).orElseThrow();
    assertThat(OrphanedServers.belongsTo(process, home.root())).isTrue();
    redis.close();
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void redisRunsNoScriptsAndKeepsOnlyTheNodesKeys() throws Exception {
    Home home = Home.prepare(folder);
    int port = Ports.anyFree();

    try (Redis redis = Redis.start(home, Redis.unpack(home), port)) {
      URI url = Redis.url(home, port);
      assertThat(answer(url, "HSET zimage:task:1 step 1")).isEqualTo(":1");
      assertThat(answer(url, "PUBLISH zimage:progress step")).isEqualTo(":0");
      assertThat(answer(url, "HSET elsewhere step 1")).startsWith("-NOPERM");
      assertThat(answer(url, "EVAL return 0")).startsWith("-NOPERM");
      assertThat(answer(url, "CONFIG GET dir")).startsWith("-NOPERM");
    }
  }

  @Test
  void redisAnswersNobodyWithoutItsPassword() throws Exception {
    Home home = Home.prepare(folder);
    int port = Ports.anyFree();

    try (Redis redis = Redis.start(home, Redis.unpack(home), port);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      assertThat(ask(socket, "HGETALL zimage:task:1")).startsWith("-NOAUTH");
      assertThat(ask(socket, "FLUSHALL")).startsWith("-NOAUTH");
    }
  }

  private static String answer(URI url, String command) throws IOException {
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      assertThat(ask(socket, "AUTH " + url.getUserInfo().substring(1))).isEqualTo("+OK");
      return ask(socket, command);
    }
  }

  private static String ask(Socket socket, String command) throws IOException {
    socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
  }

  /**
   * The library removes data folders that it takes for leftovers of tests: those whose lock is older than ten minutes.
   */
  private static void startedLongAgo(Path lock) throws IOException {
    Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
  }

  private static Connection connect(Home home, PostgreSql server) throws Exception {
    DatabaseUrl url = PostgreSql.url(home, server.port());
    return DriverManager.getConnection(url.jdbc(), url.user(), url.password());
  }

  private static String single(Statement statement, String query) throws Exception {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
