package org.zimage.tests.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSContext;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Browser;
import org.zimage.tests.caller.PngFile;
import org.zimage.tests.system.ModelCommand;
import org.zimage.tests.system.RunningSystem;

/** Three workers with two models, as {@code zimage up --model one --model two --model one} starts them. */
@Tag("deployment")
@TestMethodOrder(OrderAnnotation.class)
class SeveralModelsIT {
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final String ONE = "nano-one";
  private static final String TWO = "nano-two";

  @TempDir
  private static Path models;
  private static RunningSystem system;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    Path one = ModelCommand.exportNano(models, ONE);
    Path two = ModelCommand.exportNano(models, TWO);
    system = RunningSystem.start(Map.of("ZIMAGE_MODEL_DIR", one + ":" + two + ":" + one, "ZIMAGE_JAVA_OPTIONS", "-Xmx512m"));
    api = new Api(system.url(), null, null, null);
    await("three workers").atMost(LONGEST).until(() -> api.get("/v1/system").json().getJsonArray("workers").size() == 3);
  }

  @AfterAll
  static void stop() throws IOException {
    if (system != null) {
      system.close();
    }
  }

  @Test
  @Order(1)
  void ofFortyMixedTasksEachIsDrawnByAWorkerOfItsModel() throws Exception {
    Map<String, String> wanted = new LinkedHashMap<>();
    for (int i = 0; i < 40; i++) {
      String model = i % 3 == 0 ? null : i % 3 == 1 ? ONE : TWO;
      wanted.put(api.generate(picture(256, 8, model)), model == null ? ONE : model);
    }

    Map<String, TreeSet<String>> modelsOfWorkers = new TreeMap<>();
    for (Map.Entry<String, String> task : wanted.entrySet()) {
      JsonObject result = api.awaitResult(task.getKey());
      assertThat(result.getString("model")).isEqualTo(task.getValue());
      byte[] png = api.get("/generated-images/" + result.getString("relative_path")).bytes();
      assertThat(PngFile.texts(png).get("model")).startsWith(task.getValue() + " f32");
      modelsOfWorkers.computeIfAbsent(column("worker", task.getKey()), it -> new TreeSet<>()).add(task.getValue());
      assertThat(column("attempt", task.getKey())).isEqualTo("1");
    }

    System.out.println("Models of workers after 40 tasks: " + modelsOfWorkers);
    assertThat(modelsOfWorkers.values().stream().map(drawn -> String.join(", ", drawn)).sorted().toList()).containsExactly(ONE, ONE, TWO);
    assertThat(logs()).doesNotContain("goes back to its queue");
  }

  @Test
  @Order(2)
  void aMessageThatReachesAWrongWorkerGoesBackAndItsTaskIsDrawnByTheRightOne() throws Exception {
    String busy = api.generate(picture(1024, 50, TWO));
    api.watch(busy, status -> status.getString("status").equals("PROGRESS"));
    String task = api.generate(picture(64, 1, TWO));

    sendWithoutModel(task);

    await("a worker of the other model").atMost(LONGEST).until(() -> logs().contains("Task " + task + " wants the model " + TWO
        + " and goes back to its queue"));
    assertThat(api.status(task).getString("status")).isEqualTo("PENDING");
    api.cancel(busy);
    assertThat(api.awaitResult(task).getString("model")).isEqualTo(TWO);
    assertThat(column("attempt", task)).isEqualTo("1");
  }

  @Test
  @Order(3)
  void everybodyIsToldWhatIsServedAndWhatWaits() {
    assertThat(api.get("/v1/models").json().getJsonArray("data").getValuesAs(JsonObject.class)).extracting(model -> model.getString("id"))
        .containsExactly(ONE, TWO);
    List<JsonObject> served = api.get("/v1/system").json().getJsonArray("models").getValuesAs(JsonObject.class);
    assertThat(served).extracting(JsonObject::toString).containsExactly(
        "{\"name\":\"" + ONE + "\",\"default\":true,\"workers\":2,\"queue_depth\":0,\"running\":0}",
        "{\"name\":\"" + TWO + "\",\"default\":false,\"workers\":1,\"queue_depth\":0,\"running\":0}");
    String tool = api.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"list_models\"}}")
        .body();
    assertThat(tool).contains("\"structuredContent\":{\"models\":" + api.get("/v1/system").json().getJsonArray("models") + "}");
    assertThat(api.metric("zimage_model_workers{model=\"" + ONE + "\"}")).isEqualTo(2);
    assertThat(api.post("/v1/images/generate", picture(64, 1, "another"))).hasToString("""
        422 {"detail":[{"type":"value_error","loc":["body","model"],\
        "msg":"Value error, no worker serves this model at the moment; served now: %s, %s","input":"another"}]}""".formatted(ONE, TWO));
    assertThat(system.log("launcher.log")).containsPattern("3 models need about \\d+\\.\\d GiB of memory: \\d\\.\\d GiB for the weights of "
        + ONE);
  }

  @Test
  @Order(4)
  void onThePageOneIsChosenAndShownWithThePicture() {
    try (Browser browser = Browser.start("en-US", false).size(1440, 900).open(api.url() + "/ui/")) {
      browser.click("#advanced summary");
      browser.find("#model");
      assertThat(browser.run("return [...document.getElementById('model').options].map((each) => each.text).join(', ')"))
          .isEqualTo(ONE + " (default), " + TWO);
      assertThat(browser.run("return document.getElementById('model').value")).isEqualTo("");
      browser.run("""
          const models = document.getElementById('model');
          models.value = arguments[0];
          models.dispatchEvent(new Event('input', { bubbles: true }));""", TWO);
      browser.fill("#prompt", "a page's red circle");
      browser.click("#draw");
      browser.click(".tile.ready .picture");

      assertThat(browser.text("#detail .parameters")).contains("Model", TWO);
      assertThat(browser.barriers()).isEmpty();
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  @Order(5)
  void aWorkerThatDiesIsStartedAgainAndItsTasksWait() throws Exception {
    long before = system.process("worker-2").pid();
    system.kill("worker-2");

    String task = api.generate(picture(64, 1, TWO));

    assertThat(api.awaitResult(task).getString("model")).isEqualTo(TWO);
    assertThat(system.process("worker-2").pid()).isNotEqualTo(before);
    assertThat(system.log("launcher.log")).contains("Worker 2 with " + TWO + " ended with 137; starting it again");
  }

  /** As a node of an earlier version might, or somebody by hand. */
  private static void sendWithoutModel(String task) {
    try (JMSContext context = system.asBroker().connectAsNode()) {
      context.createProducer().setPriority(9).send(context.createQueue("zimage.generate"), task);
    }
  }

  private static String picture(int side, int steps, String model) {
    return "{\"prompt\":\"a red circle\",\"width\":%d,\"height\":%d,\"num_inference_steps\":%d%s}".formatted(side, side, steps,
        model == null ? "" : ",\"model\":\"" + model + "\"");
  }

  private static String logs() {
    return IntStream.of(1, 2, 3).mapToObj(number -> system.log("logs/" + (number == 1 ? "payara" : "worker-" + number) + ".log"))
        .collect(Collectors.joining());
  }

  private static String column(String name, String task) throws SQLException {
    try (Connection database = system.connect();
        PreparedStatement query = database.prepareStatement("SELECT " + name + " FROM image_generation_tasks WHERE task_id = ?")) {
      query.setString(1, task);
      try (ResultSet row = query.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getString(1);
      }
    }
  }
}
