package org.zimage.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.jms.JMSRuntimeException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database, a broker, Redis and HTTP that want passwords and TLS, with a certificate of an authority of one's own. */
class EncryptedIT {
  private static final String PASSWORD = "se cret/@1";
  private static final String ENCODED = "se%20cret%2F%401";

  @TempDir
  private static Path folder;
  private static Authority authority;
  private static EmbeddedPostgres database;
  private static EmbeddedActiveMQ broker;
  private static int brokerPort;
  private static RunningSystem redis;
  private static Process redisWithPassword;
  private static int redisPort;
  private static TlsProxy redisOverTls;
  private static TlsProxy webOverTls;
  private static Node web;
  private static Node worker;

  @BeforeAll
  static void start() throws Exception {
    authority = Authority.make(folder);
    startDatabase();
    startBroker();
    String databaseUrl = "postgresql://zimage:" + ENCODED + "@localhost:" + database.getPort()
        + "/zimage?sslmode=verify-full&sslrootcert=" + authority.certificate();
    String brokerUrl = "tcp://zimage:" + ENCODED + "@localhost:" + brokerPort + "?sslEnabled=true&trustStorePath="
        + authority.trustStore() + "&trustStorePassword=" + Authority.PASSWORD;
    redis = RunningSystem.startBackends(Map.of("DATABASE_URL", databaseUrl, "ARTEMIS_URL", brokerUrl));
    startRedis();
    redisOverTls = new TlsProxy(authority.context(), redisPort);
    Map<String, String> environment = new TreeMap<>(redis.addresses());
    environment.put("REDIS_URL", "rediss://:secret@localhost:" + redisOverTls.port() + "/0");
    environment.put("ZIMAGE_JAVA_OPTIONS", "-Xmx512m -Djavax.net.ssl.trustStore=" + authority.trustStore()
        + " -Djavax.net.ssl.trustStorePassword=" + Authority.PASSWORD);
    web = Node.start("web", redis.folder("."), environment);
    worker = Node.start("worker", redis.folder("."), environment);
    web.awaitReady("/health/ready");
    worker.awaitReady("/worker/health/ready");
    webOverTls = new TlsProxy(authority.context(), web.port());
  }

  private static void startDatabase() throws Exception {
    Path data = folder.resolve("database");
    database = EmbeddedPostgres.builder().setDataDirectory(data).setServerConfig("ssl", "on")
        .setServerConfig("ssl_cert_file", authority.certificate().toString())
        .setServerConfig("ssl_key_file", authority.privateKey().toString()).start();
    try (Connection connection = database.getPostgresDatabase().getConnection(); Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE zimage LOGIN PASSWORD '" + PASSWORD + "'");
      statement.execute("CREATE DATABASE zimage OWNER zimage");
      Files.writeString(data.resolve("pg_hba.conf"), """
          hostssl zimage zimage 127.0.0.1/32 scram-sha-256
          host all postgres 127.0.0.1/32 trust
          """);
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  /** The one that came with the others has no password, and lets nobody give it one. */
  private static void startRedis() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      redisPort = free.getLocalPort();
    }
    try (Stream<Path> programs = Files.list(redis.folder("redis/server"))) {
      redisWithPassword = new ProcessBuilder(programs.findFirst().orElseThrow().toString(), "--bind", "127.0.0.1", "--port",
          Integer.toString(redisPort), "--save", "", "--requirepass", "secret")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }
    Runtime.getRuntime().addShutdownHook(new Thread(redisWithPassword::destroy));
  }

  private static void startBroker() throws Exception {
    SecurityConfiguration accounts = new SecurityConfiguration();
    accounts.addUser("zimage", PASSWORD);
    accounts.addRole("zimage", "all");
    try (ServerSocket free = new ServerSocket(0)) {
      brokerPort = free.getLocalPort();
    }
    Configuration configuration = new ConfigurationImpl().setPersistenceEnabled(false).setJMXManagementEnabled(false)
        .addAcceptorConfiguration("tls", "tcp://127.0.0.1:" + brokerPort + "?sslEnabled=true;keyStorePath=" + authority.keyStore()
            + ";keyStorePassword=" + Authority.PASSWORD);
    configuration.putSecurityRoles("#", Set.of(new Role("all", true, true, true, true, true, true, true, true, true, true, true, true)));
    broker = new EmbeddedActiveMQ().setConfiguration(configuration)
        .setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), accounts));
    broker.start();
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable each : new AutoCloseable[] {worker, web, webOverTls, redisOverTls, redis, database}) {
      if (each != null) {
        each.close();
      }
    }
    if (broker != null) {
      broker.stop();
    }
    if (redisWithPassword != null) {
      redisWithPassword.destroy();
    }
  }

  @Test
  void drawsAPictureOverEncryptedConnectionsOnly() throws Exception {
    Api api = new Api(web.url(), null, null, null);

    api.awaitResult(api.generate("{\"prompt\":\"a red circle\",\"width\":128,\"height\":128,\"num_inference_steps\":2}"));

    try (Connection connection = database.getPostgresDatabase().getConnection(); Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FILTER (WHERE ssl), count(*) FILTER (WHERE NOT ssl) "
            + "FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'zimage'")) {
      row.next();
      assertThat(row.getInt(1)).isPositive();
      assertThat(row.getInt(2)).isZero();
    }
  }

  @Test
  void speaksBehindAProxyThatEncrypts() throws Exception {
    HttpClient client = HttpClient.newBuilder().sslContext(authority.context()).build();

    assertThat(client.send(HttpRequest.newBuilder(URI.create("https://localhost:" + webOverTls.port() + "/health")).build(),
        BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  @Test
  void theServersLetNobodyInWithoutPasswordOrTls() throws IOException {
    assertThatThrownBy(() -> DriverManager.getConnection("jdbc:postgresql://localhost:" + database.getPort()
        + "/zimage?user=zimage&password=" + ENCODED + "&sslmode=disable")).isInstanceOf(SQLException.class)
        .hasMessageContaining("no pg_hba.conf entry");
    assertThatThrownBy(() -> new ActiveMQConnectionFactory("tcp://localhost:" + brokerPort + "?sslEnabled=true&trustStorePath="
        + authority.trustStore() + "&trustStorePassword=" + Authority.PASSWORD).createContext()).isInstanceOf(JMSRuntimeException.class)
        .hasMessageContaining("AMQ229031");
    try (Socket plain = new Socket("127.0.0.1", redisPort)) {
      plain.getOutputStream().write("GET a\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(plain.getInputStream().readNBytes(7), StandardCharsets.US_ASCII)).isEqualTo("-NOAUTH");
    }
  }
}
