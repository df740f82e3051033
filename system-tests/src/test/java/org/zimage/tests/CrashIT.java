package org.zimage.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Power cuts: what was accepted is finished, once. Needs a system of its own; keys are off there. */
@DisabledIfSystemProperty(named = "zimage.baseUrl", matches = ".+", disabledReason = "Nobody kills a deployment of others")
class CrashIT {
  private static final String LONG = "{\"prompt\":\"a sea\",\"width\":1024,\"height\":1024,\"num_inference_steps\":50}";
  private static final String SHORT = "{\"prompt\":\"a hill\",\"width\":64,\"height\":64,\"num_inference_steps\":2}";

  private static RunningSystem system;
  private static Api api;

  @BeforeAll
  static void start() throws IOException {
    system = RunningSystem.start(Map.of());
    api = new Api(system.url(), null, null, null);
  }

  @AfterAll
  static void stop() throws IOException {
    if (system != null) {
      system.close();
    }
  }

  @Test
  void aPictureWhoseServerDiesIsMadeByTheNextOneOnce() throws IOException {
    String task = api.generate(LONG);
    api.watch(task, status -> status.getString("status").equals("PROGRESS"));

    system.kill("payara");

    JsonObject result = awaitResultThroughOutage(task);
    assertThat(pngs()).filteredOn(file -> file.contains(result.getString("image_id"))).hasSize(1);
    assertThat(api.get("/v1/history").body()).contains("\"batch_size\":1,\"success_count\":1,\"failed_count\":0");
  }

  @Test
  void tasksThatWaitInABrokerThatDiesAreFinishedAfterItsRestart() throws IOException {
    String running = api.generate(LONG);
    List<String> waiting = IntStream.range(0, 3).mapToObj(i -> api.generate(SHORT)).toList();
    Set<String> before = pngs();

    system.kill("launcher");
    system.launch();
    api = new Api(system.url(), null, null, null);

    waiting.forEach(this::awaitResultThroughOutage);
    awaitResultThroughOutage(running);
    assertThat(pngs()).as("new pictures").hasSize(before.size() + 4);
  }

  @Test
  void requestsByMessageAreAnsweredOnceThoughServerAndBrokerDie() throws Exception {
    int count = 20;
    String replies = "crash.replies";
    try (JMSContext context = new Broker(system.broker()).connect()) {
      for (int i = 0; i < count; i++) {
        Message request = context.createTextMessage(SHORT);
        request.setJMSReplyTo(context.createQueue(replies));
        request.setJMSCorrelationID("order-" + i);
        context.createProducer().send(context.createQueue("zimage.requests"), request);
      }
    }

    system.kill("payara");
    await("the API").atMost(Duration.ofMinutes(3)).ignoreExceptions().until(() -> api.get("/health").status() == 200);
    system.kill("launcher");
    system.launch();
    api = new Api(system.url(), null, null, null);

    Map<String, List<String>> answers = new HashMap<>();
    Map<String, String> tasks = new HashMap<>();
    try (JMSContext context = new Broker(system.broker()).connect();
        JMSConsumer consumer = context.createConsumer(context.createQueue(replies))) {
      while (answers.values().stream().filter(types -> types.contains("completed")).count() < count) {
        Message answer = Broker.next(consumer);
        answers.computeIfAbsent(answer.getJMSCorrelationID(), order -> new ArrayList<>()).add(Broker.property(answer, "type"));
        tasks.put(answer.getJMSCorrelationID(), Broker.body(answer).getString("task_id"));
      }
      assertThat(consumer.receive(2_000)).as("an answer too many").isNull();
    }
    assertThat(answers).hasSize(count).allSatisfy((order, types) -> assertThat(types).containsExactly("accepted", "completed"));
    assertThat(new HashSet<>(tasks.values())).as("tasks").hasSize(count);
  }

  @Test
  void withoutItsDatabaseTheServiceSaysWhenToComeBackAndKnowsEverythingAfterwards() throws IOException {
    String task = api.generate(SHORT);
    api.awaitResult(task);
    String before = api.get("/v1/tasks/" + task).body();

    system.kill("postgresql");

    assertUnavailable(api.get("/v1/tasks/" + task));
    assertUnavailable(api.get("/v1/history"));
    assertUnavailable(api.post("/v1/images/generate", SHORT));
    assertUnavailable(api.post("/v1/tasks/" + task + "/cancel", ""));
    Answer health = api.get("/health");
    assertThat(health.status()).isEqualTo(503);
    assertThat(health.body()).contains("\"status\":\"degraded\"").contains("\"database\":\"unreachable\"");
    assertThat(api.get("/health/live").status()).isEqualTo(200);

    system.kill("launcher");
    system.launch();
    api = new Api(system.url(), null, null, null);
    assertThat(api.get("/v1/tasks/" + task).body()).isEqualTo(before);
  }

  @Test
  void aRedisThatAnswersNothingCostsNeitherPicturesNorTheEndOfAStream() throws IOException {
    system.freeze("redis");
    try {
      String task = api.generate(SHORT.replace("64", "1024"));

      List<Event> events = api.events(task);

      assertThat(events.get(events.size() - 1).json().getString("status")).isEqualTo("SUCCESS");
      assertThat(api.get("/health").body()).contains("\"redis\":\"unreachable\"");
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
  private JsonObject awaitResultThroughOutage(String task) {
    await("the API").atMost(Duration.ofMinutes(3)).ignoreExceptions().until(() -> api.get("/health").status() == 200);
    return api.awaitResult(task);
  }

  private static Set<String> pngs() throws IOException {
    try (Stream<Path> files = Files.walk(system.folder("pictures"))) {
      return files.map(Path::toString).filter(name -> name.endsWith(".png")).collect(Collectors.toSet());
    }
  }
}
