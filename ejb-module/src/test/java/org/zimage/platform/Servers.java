package org.zimage.platform;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import redis.embedded.RedisServer;

/**
 * PostgreSQL, Redis and Artemis on free ports. Each can be stopped and started again, to see what happens without it.
 */
public final class Servers implements AutoCloseable {
  private static final String ACCOUNT = "zimage";

  private final EmbeddedPostgres postgres;
  private final int redisPort;
  private final EmbeddedActiveMQ broker;
  private final AtomicInteger databases = new AtomicInteger();
  private RedisServer redis;
  /** The processes of PostgreSQL that stand still. */
  private List<String> frozen = List.of();

  Servers() throws Exception {
    postgres = EmbeddedPostgres.builder().setServerConfig("max_connections", "60").start();
    redisPort = freePort();
    startRedis();
    broker = new EmbeddedActiveMQ();
    broker.setSecurityManager(oneAccount());
    broker.setConfiguration(new ConfigurationImpl().setPersistenceEnabled(false)
        .putSecurityRoles("#", Set.of(roleWithout(null)))
        .addAcceptorConfiguration("vm", "vm://0")
        // As the launcher's broker: what nobody has made, such as a temporary queue that is gone, is not made by
        // sending to it
        .addAddressSetting("*", new AddressSettings().setAutoCreateQueues(false).setAutoCreateAddresses(false))
        .addAddressSetting("jms.queue.#", new AddressSettings().setAutoCreateQueues(false)
            .setAutoCreateAddresses(false)));
    broker.start();
  }

  /** A new and empty database. */
  public DataSource emptyDatabase() throws SQLException {
    String name = "test" + databases.incrementAndGet();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return postgres.getDatabase("postgres", name);
  }

  /** Lets every process of PostgreSQL stand still, as a machine that sleeps or a disk that hangs does. */
  public void freezeDatabase() throws IOException, InterruptedException, SQLException {
    ProcessHandle first;
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      first = ProcessHandle.of(row.getLong(1)).flatMap(ProcessHandle::parent).orElseThrow();
    }
    frozen = Stream.concat(Stream.of(first), first.descendants()).map(process -> Long.toString(process.pid())).toList();
    signal("-STOP");
  }

  /** Lets PostgreSQL go on where it stood still. */
  public void thawDatabase() throws IOException, InterruptedException {
    signal("-CONT");
    frozen = List.of();
  }

  private void signal(String signal) throws IOException, InterruptedException {
    new ProcessBuilder(Stream.concat(Stream.of("kill", signal), frozen.stream()).toList()).start().waitFor();
  }

  String jdbcUrl(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection()) {
      return connection.getMetaData().getURL();
    }
  }

  public URI redisUrl() {
    return URI.create("redis://127.0.0.1:" + redisPort + "/0");
  }

  public void startRedis() throws IOException {
    redis = RedisServer.newRedisServer().port(redisPort).bind("127.0.0.1").setting("save \"\"").build();
    redis.start();
  }

  public void stopRedis() throws IOException {
    redis.stop();
  }

  public ActiveMQConnectionFactory connectionFactory() {
    return new ActiveMQConnectionFactory("vm://0?consumerWindowSize=0");
  }

  private static ActiveMQSecurityManager oneAccount() {
    SecurityConfiguration accounts = new SecurityConfiguration(Map.of(ACCOUNT, ACCOUNT), Map.of(ACCOUNT, List.of(ACCOUNT)));
    accounts.setDefaultUser(ACCOUNT);
    return new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), accounts);
  }

  /** Everything, but for one kind of what may be done. */
  private static Role roleWithout(CheckType permission) {
    return new Role(ACCOUNT, permission != CheckType.SEND, permission != CheckType.CONSUME, true, true, true, true, true,
        permission != CheckType.BROWSE, true, true, true, true);
  }

  /** From now on the broker lets nobody do this at an address, until it is {@link #permit permitted}. */
  public void forbid(CheckType permission, String address) {
    broker.getActiveMQServer().getSecurityRepository().addMatch(address, Set.of(roleWithout(permission)));
  }

  public void permit(String address) {
    broker.getActiveMQServer().getSecurityRepository().removeMatch(address);
  }

  /** Deletes what earlier tests have left at the broker. */
  void emptyQueues() throws Exception {
    for (String name : queues()) {
      Queue queue = broker.getActiveMQServer().locateQueue(name);
      if (queue != null) { // a temporary one may be gone by now
        queue.deleteAllReferences();
      }
    }
  }

  /** The names of the queues that the broker has. */
  public List<String> queues() {
    return List.of(broker.getActiveMQServer().getActiveMQServerControl().getQueueNames());
  }

  public void startBroker() throws Exception {
    broker.start();
  }

  public void stopBroker() throws Exception {
    broker.stop();
  }

  @Override
  public void close() throws Exception {
    broker.stop();
    redis.stop();
    postgres.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
