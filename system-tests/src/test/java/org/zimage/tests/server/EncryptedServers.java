package org.zimage.tests.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.jms.JMSRuntimeException;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
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
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.FreePort;
import org.zimage.tests.system.RunningSystem;
import org.zimage.tests.system.Teardown;

/**
 * A database, a broker and Redis that want passwords and TLS, with a certificate of an authority of one's own; and the model. Owns
 * all of them until it is closed.
 */
public final class EncryptedServers implements AutoCloseable {
  private static final String PASSWORD = "se cret/@1";
  private static final String ENCODED = "se%20cret%2F%401";

  private final Path folder;
  private final Authority authority;
  private EmbeddedPostgres database;
  private EmbeddedActiveMQ broker;
  private int brokerPort;
  private RunningSystem others;
  private Process redis;
  private int redisPort;
  private TlsProxy redisOverTls;

  private EncryptedServers(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    this.authority = Authority.make(folder);
  }

  public static EncryptedServers start(Path folder) throws Exception {
    EncryptedServers servers = new EncryptedServers(folder);
    try {
      servers.startAll();
      return servers;
    } catch (Exception failure) {
      servers.close();
      throw failure;
    }
  }

  private void startAll() throws Exception {
    startDatabase();
    startBroker();
    others = RunningSystem.startBackends(Map.of("DATABASE_URL", databaseUrl(), "ARTEMIS_URL", brokerUrl()));
    startRedis();
    redisOverTls = new TlsProxy(authority.context(), redisPort);
  }

  private String databaseUrl() {
    return "postgresql://zimage:" + ENCODED + "@localhost:" + database.getPort() + "/zimage?sslmode=verify-full&sslrootcert="
        + authority.certificate();
  }

  private String brokerUrl() {
    return "tcp://zimage:" + ENCODED + "@localhost:" + brokerPort + "?sslEnabled=true&trustStoreType=PEM&trustStorePath="
        + authority.certificate();
  }

  public Authority authority() {
    return authority;
  }

  /** Where nodes may write. */
  public Path home() {
    return others.folder(".");
  }

  /** All that a node needs, as the documents write it. */
  public Map<String, String> settings() throws IOException {
    Map<String, String> settings = new TreeMap<>(others.addresses());
    settings.put("DATABASE_URL", databaseUrl());
    settings.put("ARTEMIS_URL", brokerUrl());
    settings.put("REDIS_URL", "rediss://:secret@localhost:" + redisOverTls.port() + "/0");
    settings.put("ZIMAGE_CA_CERTIFICATES", authority.certificate().toString());
    return settings;
  }

  private void startDatabase() throws Exception {
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
  private void startRedis() throws IOException {
    redisPort = FreePort.find();
    try (Stream<Path> programs = Files.list(others.folder("redis/server"))) {
      redis = new ProcessBuilder(programs.findFirst().orElseThrow().toString(), "--bind", "127.0.0.1", "--port",
          Integer.toString(redisPort), "--save", "", "--requirepass", "secret")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }
    Runtime.getRuntime().addShutdownHook(new Thread(redis::destroy));
  }

  private void startBroker() throws Exception {
    SecurityConfiguration accounts = new SecurityConfiguration();
    accounts.addUser("zimage", PASSWORD);
    accounts.addRole("zimage", "all");
    brokerPort = FreePort.find();
    Configuration configuration = new ConfigurationImpl().setPersistenceEnabled(false).setJMXManagementEnabled(false)
        .addAcceptorConfiguration("tls", "tcp://127.0.0.1:" + brokerPort + "?sslEnabled=true;keyStorePath=" + authority.keyStore()
            + ";keyStorePassword=" + Authority.PASSWORD);
    configuration.putSecurityRoles("#", Set.of(new Role("all", true, true, true, true, true, true, true, true, true, true, true, true)));
    broker = new EmbeddedActiveMQ().setConfiguration(configuration)
        .setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), accounts));
    broker.start();
  }

  /** Has a deployment that was given the settings draw a picture, which takes all of them. */
  public void assertReachedEncryptedOnly(Api api) throws SQLException {
    api.awaitResult(api.generate("{\"prompt\":\"a red circle\",\"width\":128,\"height\":128,\"num_inference_steps\":2}"));
    try (Connection connection = database.getPostgresDatabase().getConnection(); Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FILTER (WHERE ssl), count(*) FILTER (WHERE NOT ssl) "
            + "FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'zimage'")) {
      row.next();
      assertThat(row.getInt(1)).isPositive();
      assertThat(row.getInt(2)).isZero();
    }
    await("Redis, as a web node sees it").until(() -> api.metric("zimage_redis_up") == 1);
  }

  /** A deployment with this authority's certificate answers over HTTPS, and as little of itself as over HTTP. */
  public void assertHttps(String host, int port) {
    await("HTTPS at " + host + ":" + port).atMost(Duration.ofMinutes(3)).untilAsserted(() -> {
      HttpResponse<String> answer = HttpClient.newBuilder().sslContext(authority.context()).build()
          .send(HttpRequest.newBuilder(URI.create("https://" + host + ":" + port + "/health")).build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      assertThat(answer.headers().map().keySet()).doesNotContain("server", "x-powered-by");
    });
  }

  public void assertLetNobodyInWithoutPasswordOrTls() throws IOException {
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

  @Override
  public void close() throws Exception {
    Teardown.close(redisOverTls, others, database);
    if (broker != null) {
      broker.stop();
    }
    if (redis != null) {
      redis.destroy();
    }
  }
}
