package org.zimage.tests.task;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.api.GenerateImageRequest;
import org.zimage.client.ZImageClient;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.caller.Doors;
import org.zimage.tests.caller.Event;
import org.zimage.tests.system.SharedSystem;

/** A client that asks for the same again gets the same files, at once. */
@ExtendWith(SharedSystem.class)
class ReuseIT {
  private static final List<String> FILES = List.of("relative_path", "preview_relative_path");

  private final Api api;
  private final Doors doors;
  private final String prompt = "a circle of " + UUID.randomUUID();
  private final String request =
      "{\"prompt\":\"" + prompt + "\",\"seed\":7,\"width\":64,\"height\":64,\"num_inference_steps\":2,\"reuse\":true}";

  ReuseIT(Api api, Broker broker) {
    this.api = api;
    this.doors = new Doors(api, broker);
  }

  @Test
  void throughEveryDoorTheSameFilesAreGivenAgainAtOnce() throws Exception {
    String first = api.generate(request);
    JsonObject drawn = api.awaitResult(first);
    assertThat(drawn).doesNotContainKey("reused_from");
    List<byte[]> files = files(drawn);

    String again = api.generate(request);
    assertThat(api.status(again).getString("status")).isEqualTo("SUCCESS");
    assertThat(api.events(again)).extracting(Event::name).containsExactly("progress", "done");
    for (JsonObject result : new JsonObject[] {api.awaitResult(again), doors.byOpenAi(request), doors.byMcp(request),
        doors.byMessage(request), byTheJavaClient()}) {
      assertThat(result.getString("reused_from")).isEqualTo(first);
      assertThat(files(result)).usingRecursiveComparison().isEqualTo(files);
    }
  }

  @Test
  void eightAtOnceAreDrawnOnce() {
    List<CompletableFuture<String>> calls =
        Stream.generate(() -> CompletableFuture.supplyAsync(() -> api.generate(request))).limit(8).toList();
    List<JsonObject> results = calls.stream().map(CompletableFuture::join).map(api::awaitResult).toList();

    assertThat(results).filteredOn(result -> !result.containsKey("reused_from")).hasSize(1);
    assertThat(results).extracting(result -> result.getString("image_id")).containsOnly(results.get(0).getString("image_id"));
  }

  @Test
  void anotherClientsPictureIsDrawn() {
    JsonObject mine = api.awaitResult(api.generate(request));
    Api other = api.as(api.otherKey());

    JsonObject others = other.awaitResult(other.generate(request));

    assertThat(others).doesNotContainKey("reused_from");
    assertThat(others.getString("image_id")).isNotEqualTo(mine.getString("image_id"));
  }

  @Test
  void whatWasDeletedIsDrawnAgain() {
    JsonObject first = api.awaitResult(api.generate(request));
    String batch = api.history("?limit=1").getJsonObject(0).getString("task_id");
    assertThat(api.send("DELETE", "/v1/history/" + batch, BodyPublishers.noBody()).status()).isEqualTo(200);

    JsonObject again = api.awaitResult(api.generate(request));

    assertThat(again).doesNotContainKey("reused_from");
    assertThat(again.getString("image_id")).isNotEqualTo(first.getString("image_id"));
  }

  private JsonObject byTheJavaClient() throws InterruptedException {
    try (ZImageClient client = ZImageClient.to(api.url()).key(api.key()).open()) {
      client.await(client.generate(GenerateImageRequest.of(prompt).withSeed(7).withSize(64, 64).withSteps(2).withReuse(true)).taskId());
    }
    return doors.newest();
  }

  private List<byte[]> files(JsonObject result) {
    return FILES.stream().map(path -> api.get("/generated-images/" + result.getString(path)).bytes()).toList();
  }
}
