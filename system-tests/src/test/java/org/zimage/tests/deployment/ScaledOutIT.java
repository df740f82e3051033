package org.zimage.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Event;
import org.zimage.tests.system.Node;
import org.zimage.tests.system.RunningSystem;
import org.zimage.tests.system.Teardown;

/** One web node and three workers, each a process of its own, beside a database, Redis and a broker. */
@Tag("deployment")
@TestMethodOrder(OrderAnnotation.class)
class ScaledOutIT {
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final String PICTURE =
      "{\"prompt\":\"a red circle\",\"width\":256,\"height\":256,\"num_inference_steps\":%d}";

  private static final List<Node> workers = new ArrayList<>();
  private static RunningSystem backends;
  private static Node web;
  private static Api api;
  private static Connection database;

  @BeforeAll
  static void start() throws Exception {
    backends = RunningSystem.startBackends();
    web = Node.start("web", backends.folder("."), backends.addresses());
    for (int i = 0; i < 3; i++) {
      workers.add(Node.start("worker", backends.folder("."), backends.addresses()));
    }
    web.awaitReady("/health/ready");
    workers.forEach(worker -> worker.awaitReady("/worker/health/ready"));
    api = new Api(web.url(), null, null, null);
    await("the workers are known").atMost(LONGEST)
        .until(() -> api.get("/v1/system").json().getJsonArray("workers").size() == 3);
    database = DriverManager.getConnection(
        backends.addresses().get("DATABASE_URL")
            .replaceFirst("postgresql://([^:]*):([^@]*)@([^?]*).*", "jdbc:postgresql://$3?user=$1&password=$2"));
  }

  @AfterAll
  static void stop() throws Exception {
    workers.forEach(Node::close);
    Teardown.close(web, database, backends);
  }

  @Test
  @Order(1)
  void threeWorkersShareSixtyTasksEvenly() throws Exception {
    List<String> tasks = submit(60);

    tasks.forEach(api::awaitResult);

    Map<String, Integer> shares = shares(tasks);
    System.out.println("Shares of 60 tasks: " + shares);
    assertThat(shares).hasSize(3);
    assertThat(shares.values()).as("tasks of each worker").allSatisfy(share -> assertThat(share).isBetween(14, 26));
  }

  @Test
  @Order(2)
  void ofAHundredTasksNoneIsLostWhenAWorkerIsStoppedAndAnotherIsKilled() throws Exception {
    List<String> tasks = submit(100);
    Node stopped = workers.get(0);
    Node killed = workers.get(1);
    await("some are done").atMost(LONGEST).until(() -> count("status = 'success'", tasks) >= 10);

    awaitRunningOn(stopped, tasks);
    int exit = stopped.terminate();
    int countedAfterStop = count("attempt - handed_back > 1 OR (status = 'pending' AND attempt > handed_back)", tasks);
    awaitRunningOn(killed, tasks);
    killed.kill();
    tasks.forEach(api::awaitResult);

    System.out.println("Shares of 100 tasks: " + shares(tasks) + "; handed back: " + count("handed_back > 0", tasks)
        + ", second attempts: " + count("attempt - handed_back > 1", tasks));
    assertThat(exit).as("the end of the stopped worker").isEqualTo(143);
    assertThat(countedAfterStop).as("attempts that the stop counted").isZero();
    assertThat(count("status = 'success'", tasks)).isEqualTo(100);
    assertThat(count("attempt - handed_back > 1", tasks)).as("tasks of the killed worker").isBetween(1, 2);
    assertThat(count("attempt - handed_back > 2", tasks)).isZero();
  }

  @Test
  @Order(3)
  void aTaskThatIsHandedBackIsToldAndBeginsAnew() throws Exception {
    Node another = Node.start("worker", backends.folder("."), backends.addresses());
    workers.add(another);
    another.awaitReady("/worker/health/ready");
    String task = api.generate(PICTURE.replace("256", "1024").formatted(50));
    CompletableFuture<List<Event>> stream = api.eventsLater(task);
    api.watch(task, status -> status.getString("status").equals("PROGRESS"));

    workers.stream().filter(worker -> runsOn(worker, task)).findFirst().orElseThrow().terminate();

    List<Event> events = stream.join();
    List<String> statuses = events.stream().map(event -> event.json().getString("status")).distinct().toList();
    assertThat(statuses).containsSubsequence("STARTED", "PROGRESS", "RETRY").endsWith("SUCCESS");
    assertThat(events).extracting(Event::id).containsSubsequence("1", "2", "done");
    assertThat(events).filteredOn(event -> "2".equals(event.id())).first()
        .satisfies(event -> assertThat(event.json().getInt("progress")).isLessThan(10));
  }

  @Test
  @Order(4)
  void aWebNodeThatStopsAnswersWhatItHasBegunAndSaysWhenToAskAgain() throws Exception {
    Node stopped = Node.start("web", backends.folder("."), backends.addresses());
    stopped.awaitReady("/health/ready");
    Api node = new Api(stopped.url(), null, null, null);
    CompletableFuture<Answer> waiting = CompletableFuture.supplyAsync(() -> node.post("/v1/images/generations",
        "{\"prompt\":\"a hill\",\"size\":\"1024x1024\"}"));
    List<CompletableFuture<Set<String>>> others = IntStream.range(0, 4)
        .mapToObj(i -> CompletableFuture.supplyAsync(() -> askUntilNobodyListens(node))).toList();
    await("the picture that is waited for").atMost(LONGEST)
        .until(() -> api.get("/v1/system").json().getInt("running") > 0);

    assertThat(stopped.terminate()).isEqualTo(143);

    assertThat(waiting.join().status()).as("a picture that took a moment more").isEqualTo(200);
    assertThat(others).extracting(CompletableFuture::join).allSatisfy(heard -> assertThat(heard)
        .contains("200").isSubsetOf("200", "503 after 5: {\"detail\":\"Service Unavailable\"}"));
  }

  /** All different answers until then. */
  private static Set<String> askUntilNobodyListens(Api node) {
    Set<String> heard = new TreeSet<>();
    try {
      while (true) {
        Answer answer = node.get("/v1/history");
        heard.add(answer.status() == 200 ? "200"
            : answer.status() + " after " + answer.header("Retry-After") + ": " + answer.body());
      }
    } catch (UncheckedIOException nobody) {
      return heard;
    }
  }

  @Test
  @Order(4)
  void aDatabaseThatDiesIsSaidInAFewLinesOfTheLog() {
    String before = web.text();
    backends.kill("postgresql");

    await("the database is back").atMost(LONGEST).until(() -> {
      api.post("/v1/images/generate", PICTURE.formatted(1));
      return web.text().length() > before.length() && api.get("/health/ready").status() == 200;
    });

    String said = web.text().substring(before.length());
    System.out.println(said);
    assertThat(said).doesNotContain("poolmgr.", "jdbc.", "managed_con", "enterprise_distributedtx", "EclipseLink");
    assertThat(said.lines()).hasSizeLessThan(60);
  }

  private static boolean runsOn(Node worker, String task) {
    try {
      return rows("SELECT worker FROM image_generation_tasks WHERE task_id = ANY(?)", List.of(task)).stream()
          .anyMatch(worker::isNamed);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> submit(int tasks) {
    return IntStream.range(0, tasks).mapToObj(i -> api.generate(PICTURE.formatted(8))).toList();
  }

  private static void awaitRunningOn(Node worker, List<String> tasks) {
    await("a task in the middle of its steps").atMost(LONGEST).pollInterval(Duration.ofMillis(20)).until(() ->
        rows("SELECT worker FROM image_generation_tasks WHERE status = 'running' AND task_id = ANY(?)", tasks).stream()
            .anyMatch(worker::isNamed));
  }

  /** How many tasks each worker has finished. */
  private static Map<String, Integer> shares(List<String> tasks) throws SQLException {
    Map<String, Integer> shares = new TreeMap<>();
    rows("SELECT worker FROM image_generation_tasks WHERE status = 'success' AND task_id = ANY(?)", tasks)
        .forEach(worker -> shares.merge(worker, 1, Integer::sum));
    return shares;
  }

  private static int count(String condition, List<String> tasks) throws SQLException {
    return Integer.parseInt(
        rows("SELECT count(*) FROM image_generation_tasks WHERE (" + condition + ") AND task_id = ANY(?)", tasks)
            .get(0));
  }

  private static List<String> rows(String query, List<String> tasks) throws SQLException {
    try (var statement = database.prepareStatement(query)) {
      statement.setArray(1, database.createArrayOf("text", tasks.toArray()));
      List<String> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows.add(result.getString(1));
        }
      }
      return rows;
    }
  }
}
