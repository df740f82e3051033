package org.zimage.tests.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.caller.Browser;
import org.zimage.tests.caller.Drawings;
import org.zimage.tests.caller.Event;
import org.zimage.tests.caller.Load;
import org.zimage.tests.caller.PythonScript;
import org.zimage.tests.faults.oracle.Oracle;
import org.zimage.tests.system.FreePort;
import org.zimage.tests.system.RunningSystem;

/** Power cuts: what was accepted is finished, once. Needs a system of its own; keys are off there. */
class CrashIT {
  /** Still running after the two seconds in which its worker asks the database whether it shall stop. */
  private static final String LONG = "{\"prompt\":\"a sea\",\"width\":1536,\"height\":1536,\"num_inference_steps\":50}";
  private static final String SHORT = "{\"prompt\":\"a hill\",\"width\":64,\"height\":64,\"num_inference_steps\":2}";

  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Path EXAMPLES =
      Path.of(System.getProperty("zimage.root")).toAbsolutePath().normalize().resolve("docs/examples");

  private static RunningSystem system;
  private static Api api;
  private static Oracle oracle;

  @BeforeAll
  static void start() throws IOException {
    // Clients that stay connected while the broker dies must find the next one where they found the first
    system = RunningSystem.start(Map.of("ZIMAGE_ARTEMIS_PORT", Integer.toString(FreePort.find())));
    api = new Api(system.url(), null, null, null);
    oracle = new Oracle(system::connect, system.folder("pictures"), system::asBroker);
  }

  @AfterEach
  void nothingIsLostDoubledOrLeftBehind() throws Exception {
    oracle.requireAllWell(List.of(), api);
  }

  @AfterAll
  static void stop() throws IOException {
    if (system != null) {
      system.close();
    }
  }

  /** One death of the server, while it edits and somebody waits for another picture. */
  @Nested
  class AServerThatDies {
    private static String edit;
    private static BufferedImage undisturbed;
    private static Browser browser;
    private static String saidMeanwhile;

    @BeforeAll
    static void diesAndIsStartedAgain() {
      String start = api.generate(SHORT);
      api.awaitResult(start);
      String request = "{\"prompt\":\"a red circle\",\"image\":\"task:" + start
          + "\",\"width\":1280,\"height\":1280,\"num_inference_steps\":50,\"strength\":0.9,\"seed\":4}";
      undisturbed = api.picture(api.awaitResult(api.generate(request)));
      browser = Browser.start("en-US", false);
      browser.size(1440, 900).open(api.url() + "/ui/");
      browser.fill("#prompt", "a lighthouse");
      edit = api.generate(request);
      api.watch(edit, status -> status.getString("status").equals("PROGRESS"));
      browser.click("#draw");
      await("the lighthouse").atMost(LONGEST).until(() -> api.get("/v1/history").body().contains("a lighthouse"));

      system.kill("payara");

      saidMeanwhile = browser.text("#unreachable");
      system.awaitHealthy();
      browser.untilGone("#unreachable");
      browser.find(".tile.ready img");
      awaitResultThroughOutage(edit);
    }

    @AfterAll
    static void closesThePage() {
      if (browser != null) {
        browser.close();
      }
    }

    @Test
    void makesAPictureOnceAfterItsRestart() throws IOException {
      JsonObject result = api.awaitResult(edit);
      assertThat(pngs()).filteredOn(file -> file.contains(result.getString("image_id"))).hasSize(1);
      assertThat(api.get("/v1/history").body()).contains("\"batch_size\":1,\"success_count\":1,\"failed_count\":0");
    }

    @Test
    void editsAfterItsRestartAsWithoutIt() {
      assertThat(Drawings.pixels(api.picture(api.awaitResult(edit)))).isEqualTo(Drawings.pixels(undisturbed));
    }

    @Test
    void isMissedByThePageUntilItIsBack() {
      assertThat(saidMeanwhile).contains("cannot be reached", "what was started goes on");
    }
  }

  @Test
  void tasksThatWaitInABrokerThatDiesAreFinishedAfterItsRestart() throws IOException {
    String running = api.generate(LONG);
    List<String> waiting = IntStream.range(0, 3).mapToObj(i -> api.generate(SHORT)).toList();
    Set<String> before = pngs();
    String database = system.database();

    system.kill("launcher");
    system.launch();
    api = new Api(system.url(), null, null, null);

    assertThat(system.database()).as("the database's address").isEqualTo(database);
    waiting.forEach(CrashIT::awaitResultThroughOutage);
    awaitResultThroughOutage(running);
    assertThat(pngs()).as("new pictures").hasSize(before.size() + 4);
  }

  @Test
  void requestsByMessageInTwoLanguagesAreAnsweredOnceThoughWorkerAndBrokerDie() throws Exception {
    int each = Load.of(20, 500);
    String prompt = "a hill " + UUID.randomUUID();
    subscribeToEvents();
    Path python = PythonScript.python(EXAMPLES.resolve("requirements.txt"));
    CompletableFuture<String> amqp = CompletableFuture.supplyAsync(() -> PythonScript.output(python,
        PythonScript.file("amqp_requests.py"), system.broker(), "replies.crash.amqp", prompt, Integer.toString(each)));
    sendByJms(prompt, each);

    await("the first").atMost(LONGEST).until(() -> finished(prompt) > each / 10);
    system.kill("payara");
    await("the API").atMost(LONGEST).ignoreExceptions().until(() -> api.get("/health").status() == 200);
    await("more of them").atMost(LONGEST).until(() -> finished(prompt) > each / 2);
    system.kill("launcher");
    system.launch();
    api = new Api(system.url(), null, null, null);

    Map<String, List<String>> byJms = answersByJms(each);
    assertThat(byJms).hasSize(each).allSatisfy((order, types) -> assertThat(types)
        .containsExactly("accepted", "completed"));
    assertThat(amqp.get(LONGEST.toMinutes(), TimeUnit.MINUTES).lines().filter(line -> line.startsWith("completed "))
        .map(line -> line.split(" ")[1]).distinct()).hasSize(each);
    List<String> tasks = column("SELECT task_id FROM image_generation_tasks WHERE prompt = ? AND status = 'success'",
        prompt);
    assertThat(tasks).hasSize(2 * each);
    assertThat(column("SELECT task_id FROM image_generation_tasks WHERE prompt = ?", prompt)).hasSize(2 * each);
    Map<String, Integer> ends = terminalEvents(tasks);
    assertThat(ends).hasSize(2 * each).allSatisfy((task, events) -> assertThat(events).isEqualTo(1));
    System.out.println("Requests by message in two languages: " + 2 * each + " completed, " + tasks.size() + " tasks, "
        + ends.size() + " terminal events, " + column("SELECT task_id FROM image_generation_tasks WHERE prompt = ?"
        + " AND attempt > 1", prompt).size() + " second attempts");
  }

  private static void subscribeToEvents() {
    try (JMSContext context = system.asBroker().connect()) {
      context.setClientID("crash");
      context.createDurableConsumer(context.createTopic("zimage.events"), "events").close();
    }
  }

  private static void sendByJms(String prompt, int count) throws JMSException {
    try (JMSContext context = system.asBroker().connect()) {
      for (int i = 0; i < count; i++) {
        Message request = context.createTextMessage(SHORT.replace("a hill", prompt));
        request.setJMSReplyTo(context.createQueue("replies.crash.jms"));
        request.setJMSCorrelationID("order-" + i);
        context.createProducer().send(context.createQueue("zimage.requests"), request);
      }
    }
  }

  /** The types of the answers to each request, in their order. */
  private static Map<String, List<String>> answersByJms(int count) throws JMSException {
    Map<String, List<String>> answers = new HashMap<>();
    try (JMSContext context = system.asBroker().connect();
        JMSConsumer consumer = context.createConsumer(context.createQueue("replies.crash.jms"))) {
      while (answers.values().stream().filter(types -> types.contains("completed")).count() < count) {
        Message answer = Broker.next(consumer);
        answers.computeIfAbsent(answer.getJMSCorrelationID(), order -> new ArrayList<>())
            .add(Broker.property(answer, "type"));
      }
      assertThat(consumer.receive(2_000)).as("an answer too many").isNull();
    }
    return answers;
  }

  /** How many events told the end of each of these tasks. */
  private static Map<String, Integer> terminalEvents(List<String> tasks) {
    Map<String, Integer> ends = new HashMap<>();
    try (JMSContext context = system.asBroker().connect()) {
      context.setClientID("crash");
      JMSConsumer consumer = context.createDurableConsumer(context.createTopic("zimage.events"), "events");
      for (Message event = consumer.receive(10_000); event != null; event = consumer.receive(3_000)) {
        JsonObject body = Broker.body(event);
        if (tasks.contains(body.getString("subject")) && !body.getString("type").matches(".*(submitted|started)")) {
          ends.merge(body.getString("subject"), 1, Integer::sum);
        }
      }
    }
    return ends;
  }

  private static int finished(String prompt) throws SQLException {
    return column("SELECT task_id FROM image_generation_tasks WHERE prompt = ? AND status = 'success'", prompt).size();
  }

  private static List<String> column(String query, String parameter) throws SQLException {
    try (Connection database = DriverManager.getConnection(system.database());
        PreparedStatement statement = database.prepareStatement(query)) {
      statement.setString(1, parameter);
      List<String> column = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          column.add(rows.getString(1));
        }
      }
      return column;
    }
  }

  @Test
  void withoutItsDatabaseTheServiceSaysWhenToComeBackAndKnowsEverythingAfterwards() throws Exception {
    String task = api.generate(SHORT);
    api.awaitResult(task);
    String before = api.get("/v1/tasks/" + task).body();
    IntStream.range(0, 50).parallel().forEach(i -> api.get("/health"));

    // The launcher starts it again as soon as it can
    system.freeze("launcher");
    try {
      system.kill("postgresql");

      assertUnavailable(api.get("/v1/tasks/" + task));
      assertUnavailable(api.get("/v1/history"));
      assertUnavailable(api.post("/v1/images/generate", SHORT));
      assertUnavailable(api.post("/v1/tasks/" + task + "/cancel", ""));
      // Every connection of the pool breaks when it is used next
      for (int i = 0; i < 20; i++) {
        Answer health = api.get("/health");
        assertThat(health.status()).isEqualTo(503);
        assertThat(health.body()).contains("\"status\":\"degraded\"").contains("\"database\":\"unreachable\"");
      }
      assertThat(api.get("/health/live").status()).isEqualTo(200);
    } finally {
      system.thaw("launcher");
    }
    await("the database").atMost(Duration.ofMinutes(2)).until(() -> api.get("/health").status() == 200);
    assertThat(api.get("/v1/tasks/" + task).body()).isEqualTo(before);
  }

  @Test
  void aClaimThatTheDatabaseWritesWithoutAnAnswerCostsNoAttempt() throws SQLException {
    String first = api.generate(LONG);
    String second = api.generate(SHORT);
    api.watch(first, status -> status.getString("status").equals("PROGRESS"));

    try (Connection superuser = system.connectAsSuperuser(); Statement database = superuser.createStatement()) {
      // Who commits waits for a second server to confirm it. That one does not exist, and who waits for it is ended
      database.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
      database.execute("SELECT pg_reload_conf()");
      try {
        await("the claim is written").atMost(LONGEST).until(() -> {
          database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
          return column("SELECT status FROM image_generation_tasks WHERE task_id = ?", second).contains("running");
        });
      } finally {
        database.execute("ALTER SYSTEM RESET synchronous_standby_names");
        database.execute("SELECT pg_reload_conf()");
      }
    }

    for (String task : List.of(first, second)) {
      api.awaitResult(task);
      assertThat(column("SELECT attempt || ' attempt' FROM image_generation_tasks WHERE task_id = ?", task)).containsExactly("1 attempt");
    }
  }

  @Test
  void aRedisThatAnswersNothingCostsNeitherPicturesNorTheEndOfAStream() throws IOException {
    system.freeze("redis");
    try {
      String task = api.generate(SHORT.replace("64", "1024"));

      List<Event> events = api.events(task);

      assertThat(events.get(events.size() - 1).json().getString("status")).isEqualTo("SUCCESS");
      assertThat(api.metric("zimage_redis_up")).isZero();
      String stopped = api.generate(LONG);
      api.watch(stopped, status -> !status.getString("status").equals("PENDING"));
      api.cancel(stopped);
      assertThat(api.awaitEnd(stopped).getString("status")).isEqualTo("REVOKED");
    } finally {
      system.thaw("redis");
    }
  }

  private static void assertUnavailable(Answer answer) {
    assertThat(answer).hasToString("503 {\"detail\":\"Service temporarily unavailable\"}");
    assertThat(answer.header("Retry-After")).isEqualTo("5");
  }

  /** The launcher starts a server that died again; until then nobody answers. */
  private static JsonObject awaitResultThroughOutage(String task) {
    await("the API").atMost(Duration.ofMinutes(3)).ignoreExceptions().until(() -> api.get("/health").status() == 200);
    return api.awaitResult(task);
  }

  private static Set<String> pngs() throws IOException {
    try (Stream<Path> files = Files.walk(system.folder("pictures"))) {
      return files.map(Path::toString).filter(name -> name.endsWith(".png")).collect(Collectors.toSet());
    }
  }
}
