package org.zimage.tests.faults.injection;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.faults.oracle.Oracle;
import org.zimage.tests.system.FreePort;
import org.zimage.tests.system.Node;
import org.zimage.tests.system.RunningSystem;

/**
 * A web node and two workers, each a process, with PostgreSQL and Redis, and a broker in a process of its own; between
 * nodes and servers there are {@link Wire wires}. All fault tests share one, which is whole again before each of them.
 * Owns everything until it is closed. Not for several threads.
 */
public final class Deployment implements AutoCloseable {
  private static final int WORKERS = 2;
  private static final Duration LONGEST_HEALING = Duration.ofMinutes(5);

  private final RunningSystem stores;
  private final RunningSystem brokers;
  private final Wire workersToDatabase;
  private final Wire workersToBroker;
  private final Wire webToDatabase;
  private final Wire webToBroker;
  private final Wire nodesToRedis;
  private String database;
  private final Broker broker;
  private final Oracle oracle;
  private final List<Node> workers = new ArrayList<>();
  private Node web;

  private Deployment() throws IOException {
    int brokerPort = FreePort.find();
    stores = RunningSystem.startBackends(Map.of("ARTEMIS_URL", "tcp://127.0.0.1:" + brokerPort));
    Map<String, String> addresses = stores.addresses();
    brokers = RunningSystem.startBackends(Map.of("DATABASE_URL", addresses.get("DATABASE_URL"), "REDIS_URL",
        addresses.get("REDIS_URL"), "ZIMAGE_MODEL_DIR", addresses.get("ZIMAGE_MODEL_DIR"), "ZIMAGE_ARTEMIS_PORT",
        Integer.toString(brokerPort)));
    URI databaseUrl = URI.create(addresses.get("DATABASE_URL"));
    workersToDatabase = new Wire(databaseUrl.getPort());
    workersToBroker = new Wire(brokerPort);
    webToDatabase = new Wire(databaseUrl.getPort());
    webToBroker = new Wire(brokerPort);
    nodesToRedis = new Wire(URI.create(addresses.get("REDIS_URL")).getPort());
    database = jdbc(addresses);
    broker = brokers.asBroker();
    oracle = new Oracle(this::connect, stores.folder("pictures"), () -> broker);
  }

  public Oracle oracle() {
    return oracle;
  }

  public Api api() {
    return new Api(web.url(), null, null, null);
  }

  public Node web() {
    return web;
  }

  /** In the order in which they were started. */
  public List<Node> workers() {
    return List.copyOf(workers);
  }

  public Wire workersToDatabase() {
    return workersToDatabase;
  }

  public Wire workersToBroker() {
    return workersToBroker;
  }

  public Wire webToDatabase() {
    return webToDatabase;
  }

  public Wire webToBroker() {
    return webToBroker;
  }

  public Wire nodesToRedis() {
    return nodesToRedis;
  }

  /** The launcher of PostgreSQL and Redis, which starts either again when it dies. */
  public RunningSystem stores() {
    return stores;
  }

  /** The launcher that the broker is in, and nothing else. */
  public RunningSystem brokers() {
    return brokers;
  }

  /** Without a wire in between. */
  public Broker broker() {
    return broker;
  }

  private static String jdbc(Map<String, String> addresses) {
    return addresses.get("DATABASE_URL")
        .replaceFirst("postgresql://([^:]*):([^@]*)@([^?]*).*", "jdbc:postgresql://$3?user=$1&password=$2");
  }

  /** Stops PostgreSQL and Redis in order and starts them again, on other ports. */
  public void restartStores() throws IOException {
    stores.terminate();
    stores.launch();
    Map<String, String> addresses = stores.addresses();
    database = jdbc(addresses);
    int port = URI.create(addresses.get("DATABASE_URL")).getPort();
    workersToDatabase.to(port);
    webToDatabase.to(port);
    nodesToRedis.to(URI.create(addresses.get("REDIS_URL")).getPort());
  }

  public Connection connect() throws SQLException {
    return DriverManager.getConnection(database);
  }

  /** The first value of the first row. */
  public String single(String query) throws SQLException {
    try (Connection connection = connect(); Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      return result.next() ? result.getString(1) : null;
    }
  }

  public int count(String condition) throws SQLException {
    return Integer.parseInt(single("SELECT count(*) FROM image_generation_tasks WHERE " + condition));
  }

  /** The tasks that a worker has taken and not ended. */
  public List<String> runningOn(Node worker) throws SQLException {
    try (Connection connection = connect(); Statement statement = connection.createStatement(); ResultSet result =
        statement.executeQuery("SELECT task_id, worker FROM image_generation_tasks WHERE status = 'running'")) {
      List<String> tasks = new ArrayList<>();
      while (result.next()) {
        if (worker.isNamed(result.getString("worker"))) {
          tasks.add(result.getString("task_id"));
        }
      }
      return tasks;
    }
  }

  /** Seconds from a moment, as {@link #now} says it, until a task was over. */
  public double secondsToEnd(String task, String moment) throws SQLException {
    return Double.parseDouble(single("SELECT extract(epoch FROM finished_at - '" + moment
        + "') FROM image_generation_tasks WHERE task_id = '" + task + "'"));
  }

  /** The database's clock. */
  public String now() throws SQLException {
    return single("SELECT clock_timestamp()");
  }

  /**
   * Waits until a task has succeeded after that moment.
   *
   * @param moment what {@link #now} said
   * @return seconds between the moment and the first success
   */
  public double awaitSuccessAfter(String moment) {
    String after = "status = 'success' AND started_at > '" + moment + "'";
    await("work goes on after " + moment).atMost(LONGEST_HEALING).pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> count(after) > 0);
    try {
      return Double.parseDouble(single("SELECT extract(epoch FROM min(finished_at) - '" + moment
          + "') FROM image_generation_tasks WHERE " + after));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * To be called before anything else: starts what is not running, opens all wires, and waits until everybody is ready.
   */
  public void heal() throws IOException {
    for (Wire wire : List.of(workersToDatabase, workersToBroker, webToDatabase, webToBroker, nodesToRedis)) {
      wire.heal();
    }
    if (web == null || !web.process().isAlive()) {
      web = start("web");
    }
    workers.removeIf(worker -> !worker.process().isAlive());
    while (workers.size() < WORKERS) {
      workers.add(start("worker"));
    }
    awaitReady();
  }

  public void awaitReady() {
    web.awaitReady("/health/ready");
    workers.forEach(worker -> worker.awaitReady("/worker/health/ready"));
  }

  /** Another node, which is not waited for; {@link #replace} makes it one of this deployment's. */
  public Node start(String role) throws IOException {
    return start(role, Map.of());
  }

  /** The same, with settings of its own. */
  public Node start(String role, Map<String, String> settings) throws IOException {
    Map<String, String> environment = environment(role);
    environment.putAll(settings);
    return Node.start(role, stores.folder("."), environment);
  }

  /** Settings of a node, with the wires as its servers. */
  Map<String, String> environment(String role) throws IOException {
    Map<String, String> environment = new TreeMap<>(stores.addresses());
    environment.put("ARTEMIS_URL", brokers.addresses().get("ARTEMIS_URL"));
    boolean isWeb = role.equals("web");
    wire(environment, "DATABASE_URL", isWeb ? webToDatabase : workersToDatabase);
    wire(environment, "ARTEMIS_URL", isWeb ? webToBroker : workersToBroker);
    wire(environment, "REDIS_URL", nodesToRedis);
    return environment;
  }

  private static void wire(Map<String, String> environment, String name, Wire wire) {
    environment.computeIfPresent(name, (key, address) ->
        address.replaceFirst(":[0-9]+($|[/?])", ":" + wire.port() + "$1"));
  }

  /** Takes a worker's place that has ended. */
  public void replace(Node gone, Node next) {
    workers.set(workers.indexOf(gone), next);
  }

  /** Takes the web node's place, which has ended. */
  public void replaceWeb(Node next) {
    web = next;
  }

  @Override
  public void close() throws IOException {
    workers.forEach(Node::close);
    if (web != null) {
      web.close();
    }
    for (Wire wire : List.of(workersToDatabase, workersToBroker, webToDatabase, webToBroker, nodesToRedis)) {
      wire.close();
    }
    brokers.close();
    stores.close();
  }

  /** Gives tests the deployment that they share. */
  public static final class Shared implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Deployment.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context.getRoot().getStore(Namespace.create(Deployment.class))
          .getOrComputeIfAbsent(Deployment.class, type -> start(), Deployment.class);
    }

    private static Deployment start() {
      try {
        return new Deployment();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
