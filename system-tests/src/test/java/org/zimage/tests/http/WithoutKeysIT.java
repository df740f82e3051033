package org.zimage.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.RunningSystem;
import org.zimage.tests.system.WithoutKeys;

/**
 * The same contract where authentication is off: what is refused is refused in the same words, and nobody needs a key.
 */
@WithoutKeys
class WithoutKeysIT extends RefusalsIT {
  private static final String PICTURE =
      "{\"prompt\":\"a star\",\"width\":64,\"height\":64,\"num_inference_steps\":1,\"metadata\":{\"batch_id\":\"%s\"}}";
  private static final String NOT_ALLOWED = "403 {\"detail\":\"API key not allowed\"}";

  private final Api nobody;
  private final Api client;
  private final RunningSystem system;
  private final String batch = UUID.randomUUID().toString();

  WithoutKeysIT(Api api, RunningSystem system) {
    super(api);
    this.nobody = api;
    this.client = api.as("a key that no list names");
    this.system = system;
  }

  @Test
  void whoeverCallsMaySeeCancelAndDelete() {
    String task = nobody.generate(PICTURE.formatted(batch));

    JsonObject result = nobody.awaitResult(task);

    assertThat(result.get("auth_key")).isEqualTo(JsonValue.NULL);
    assertThat(nobody.cancel(task).getString("message")).isEqualTo("Task already completed");
    assertThat(nobody.get("/v1/history?limit=50").body()).contains(batch);
    assertThat(nobody.get("/v1/history/" + batch).json().getJsonArray("items")).hasSize(1);
    assertThat(delete(nobody)).hasToString("200 {\"task_id\":\"" + batch + "\",\"status\":\"deleted\","
        + "\"message\":\"Batch deleted from history\"}");
    assertThat(delete(nobody)).hasToString("404 {\"detail\":\"History batch not found\"}");
    assertThat(nobody.get("/v1/history/" + batch)).hasToString("404 {\"detail\":\"History batch not found\"}");
  }

  /** Whether it may be long is asked before anybody looks at the route. */
  @Test
  void aClientThatBeginsWithALongBodyIsRegisteredFromWhereItCalls() {
    Api administrator = nobody.as(nobody.adminKey());
    String records = "/v1/audit?limit=100000&deed=client.register";
    long before = administrator.get(records).body().lines().count();

    Answer answer = nobody.as("a new key " + UUID.randomUUID()).send("POST", "/v1/images/generate",
        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(PICTURE.formatted(batch).getBytes(StandardCharsets.UTF_8))),
        "Content-Type", "application/json");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(administrator.get(records).body().lines().skip(before)).singleElement().asString()
        .contains("\"door\":\"http\",\"address\":\"127.0.0.1\"");
  }

  @Test
  void whoSendsAKeySeesOnlyWhatWasMadeWithIt() {
    String task = client.generate(PICTURE.formatted(batch));
    Api other = nobody.as(nobody.otherKey());

    assertThat(client.awaitResult(task).getString("auth_key")).isEqualTo(client.key());
    assertThat(other.get("/v1/tasks/" + task)).hasToString("403 {\"detail\":\"Not allowed to access this task\"}");
    assertThat(other.post("/v1/images/generate", PICTURE.formatted(batch)))
        .hasToString("403 {\"detail\":\"Not allowed to use this batch\"}");
    assertThat(other.get("/v1/history?limit=50").body()).doesNotContain(batch);
    assertThat(delete(other)).hasToString("404 {\"detail\":\"History batch not found\"}");
    assertThat(client.get("/v1/history?limit=50").body()).contains(batch);
  }

  @Test
  void theHistoryWithoutAKeyIsThatOfEverybodyWithoutTheirKeys() {
    String task = client.generate(PICTURE.formatted(batch));
    client.awaitResult(task);

    assertThat(nobody.get("/v1/history?limit=50").body()).contains(batch);
    assertThat(nobody.get("/v1/tasks/" + task).body()).contains("\"status\":\"SUCCESS\"").doesNotContain(client.key());
    assertThat(nobody.as(nobody.adminKey()).get("/v1/tasks/" + task).body()).doesNotContain(client.key());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void anEmptyKeyIsNone(String key) {
    assertThat(nobody.get("/v1/history", "X-Auth-Key", key).status()).isEqualTo(200);
    assertThat(nobody.get("/v1/history?auth_key=").status()).isEqualTo(200);
    assertThat(nobody.get("/v1/history", "Authorization", "Bearer ").status()).isEqualTo(200);
  }

  @Test
  void whatCanBeNoKeyIsRefused() {
    assertThat(nobody.get("/v1/history", "X-Auth-Key", "k".repeat(10_000))).hasToString(NOT_ALLOWED);
    assertThat(nobody.get("/v1/history?auth_key=" + "k".repeat(10_000))).hasToString(NOT_ALLOWED);
    assertThat(nobody.get("/v1/history?auth_key=some%0Akey")).hasToString(NOT_ALLOWED);
    assertThat(nobody.get("/v1/history?auth_key=%00")).hasToString(NOT_ALLOWED);
  }

  @Test
  void linksInTheStoreLeadNowhere() throws IOException {
    String picture = nobody.awaitResult(nobody.generate(PICTURE.formatted(batch))).getString("relative_path");
    Path pictures = system.folder("pictures");
    Path day = pictures.resolve(picture).getParent();
    Path outside = Files.writeString(pictures.resolveSibling("secret.png"), "secret");
    Files.createSymbolicLink(day.resolve("120000_toAFile.png"), outside);
    Files.createSymbolicLink(day.resolve("120000_toAPicture.png"), pictures.resolve(picture));
    Files.createSymbolicLink(pictures.resolve("20200101"), outside.getParent());

    for (String link : new String[] {day.getFileName() + "/120000_toAFile.png",
        day.getFileName() + "/120000_toAPicture.png", "20200101/secret.png"}) {
      assertThat(nobody.get("/generated-images/" + link)).as(link).hasToString("404 {\"detail\":\"Not Found\"}");
    }
    assertThat(nobody.get("/generated-images/" + picture).status()).isEqualTo(200);
  }

  private Answer delete(Api caller) {
    return caller.send("DELETE", "/v1/history/" + batch, BodyPublishers.noBody());
  }
}
