package org.zimage.tests.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.model.image.ImageModel;
import dev.langchain4j.model.openai.OpenAiImageModel;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.PythonScript;
import org.zimage.tests.system.RunningSystem;

/** A server with limits tells each client so, and holds to them when many requests come at once. */
class LimitsIT {
  private static final int RATE = 40;
  private static final int PENDING = 3;
  private static final String REQUEST = "{\"prompt\": \"a red circle\", \"num_inference_steps\": 50}";

  private static RunningSystem system;
  private static Api api;

  @BeforeAll
  static void startWithLimits() throws IOException {
    system = RunningSystem.start(Map.of("API_ENABLE_AUTH", "true", "API_ADMIN_KEY", "admin-key",
        "API_RATE_LIMIT", String.valueOf(RATE), "API_MAX_PENDING", String.valueOf(PENDING)));
    api = new Api(system.url(), "client-key-1", "client-key-2", "admin-key");
  }

  @AfterAll
  static void stop() throws IOException {
    if (system != null) {
      system.close();
    }
  }

  @Test
  void requestsBeyondTheRateAreRefusedWithTheSecondsToWait() {
    List<Answer> answers = atOnce(3 * RATE, api.as("hasty-client"), "/v1/history", null);

    List<Answer> refused = answers.stream().filter(answer -> answer.status() != 200).toList();
    // They may fall into two of the clock's minutes, but not into three.
    assertThat(refused).hasSizeBetween(RATE, 2 * RATE);
    assertThat(refused).allSatisfy(answer -> {
      assertThat(answer).hasToString("429 {\"detail\":\"Too many requests: a client may send 40 a minute\"}");
      assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 60);
    });
    assertThat(api.as("another-client").get("/v1/history").status()).isEqualTo(200);
  }

  /** They may fall into two of the clock's minutes. */
  @Test
  void eachMessageOfABatchCountsAsARequest() {
    Api client = api.as("batching-client");
    String messages = IntStream.range(0, 16).mapToObj("{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"ping\"}"::formatted)
        .collect(Collectors.joining(",", "[", "]"));

    List<Integer> answers = IntStream.range(0, 6).mapToObj(i -> client.post("/mcp", messages).status()).toList();

    assertThat(answers).contains(200, 429);
    assertThat(answers).filteredOn(status -> status == 200).hasSizeLessThanOrEqualTo(2 * RATE / 16);
  }

  @Test
  void tasksBeyondTheLimitOfUnfinishedOnesAreRefusedHoweverManyComeAtOnce() {
    Api client = api.as("busy-client");

    List<Answer> answers = atOnce(20, client, "/v1/images/generate", REQUEST);

    List<String> accepted = answers.stream().filter(answer -> answer.status() == 200)
        .map(answer -> answer.json().getString("task_id")).toList();
    assertThat(accepted).hasSize(PENDING);
    assertThat(answers).filteredOn(answer -> answer.status() != 200).allSatisfy(answer -> {
      assertThat(answer).hasToString("429 {\"detail\":\"Too many unfinished tasks: a client may have 3 at a time\"}");
      assertThat(answer.header("Retry-After")).isEqualTo("5");
    });

    client.cancel(accepted.get(PENDING - 1));
    client.cancel(accepted.get(PENDING - 2));
    client.awaitEnd(accepted.get(PENDING - 1));
    String next = client.generate(REQUEST);

    Stream.concat(accepted.stream(), Stream.of(next)).forEach(client::cancel);
  }

  @Test
  void aClientOfOpenAiHearsThatItsQueueIsFullInItsOwnWords() {
    JsonObject refusal = PythonScript.run("openai_client.py", api.url(), "drawing-client", "refused",
        "{\"prompt\":\"x\",\"n\":%d}".formatted(PENDING + 1));

    assertThat(refusal.getString("error")).isEqualTo("RateLimitError");
    assertThat(refusal.getJsonObject("body")).hasToString("""
        {"message":"Too many unfinished tasks: a client may have 3 at a time","type":"rate_limit_error","param":null,\
        "code":"rate_limit_exceeded"}""");
    assertThat(api.as("drawing-client").history("")).isEmpty();
  }

  @Test
  void langChain4jHearsThatItsQueueIsFull() {
    Api client = api.as("chained-client");
    List<String> tasks = IntStream.range(0, PENDING).mapToObj(i -> client.generate(REQUEST)).toList();
    ImageModel model = OpenAiImageModel.builder().baseUrl(api.url() + "/v1").apiKey("chained-client")
        .modelName("dall-e-3").maxRetries(0).build();

    assertThatThrownBy(() -> model.generate("a red circle")).isInstanceOfSatisfying(HttpException.class,
        refusal -> assertThat(refusal.statusCode()).isEqualTo(429))
        .hasMessageContaining("Too many unfinished tasks: a client may have 3 at a time");
    assertThat(client.history("")).hasSize(PENDING);

    tasks.forEach(client::cancel);
  }

  @Test
  void theSameRequestAgainIsNoFurtherTask() {
    Api client = api.as("careful-client");
    List<String> tasks = IntStream.range(0, PENDING).mapToObj(i -> client.post("/v1/images/generate", REQUEST,
        "Idempotency-Key", "picture-" + i).json().getString("task_id")).toList();

    Answer again = client.post("/v1/images/generate", REQUEST, "Idempotency-Key", "picture-0");

    assertThat(again.json().getString("task_id")).isEqualTo(tasks.get(0));
    tasks.forEach(client::cancel);
  }

  @Test
  void theAdministratorIsNotHeldToLimits() {
    Api administrator = api.as("admin-key");

    assertThat(atOnce(2 * RATE, administrator, "/v1/system", null)).extracting(Answer::status).containsOnly(200);
    List<Answer> tasks = atOnce(PENDING + 2, administrator, "/v1/images/generate", REQUEST);

    assertThat(tasks).extracting(Answer::status).containsOnly(200);
    tasks.forEach(task -> administrator.cancel(task.json().getString("task_id")));
  }

  private static List<Answer> atOnce(int requests, Api client, String path, String json) {
    ExecutorService threads = Executors.newFixedThreadPool(20);
    try {
      return IntStream.range(0, requests).mapToObj(i -> CompletableFuture.supplyAsync(
              () -> json == null ? client.get(path) : client.post(path, json), threads)).toList()
          .stream().map(CompletableFuture::join).toList();
    } finally {
      threads.shutdown();
    }
  }
}
