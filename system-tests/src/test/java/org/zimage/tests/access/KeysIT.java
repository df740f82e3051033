package org.zimage.tests.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;

/** Who may do what. */
@ExtendWith(SharedSystem.class)
class KeysIT {
  private static final String PICTURE =
      "{\"prompt\":\"a star\",\"width\":64,\"height\":64,\"num_inference_steps\":1,\"metadata\":{\"batch_id\":\"%s\"}}";
  private static final String MISSING = "401 {\"detail\":\"Missing API auth key\"}";
  private static final String NOT_ALLOWED = "403 {\"detail\":\"API key not allowed\"}";

  private final Api api;
  private final Api nobody;
  private final Api other;
  private final Api admin;
  private String batch;
  private String task;

  KeysIT(Api api) {
    this.api = api;
    this.nobody = api.as(null);
    this.other = api.as(api.otherKey());
    this.admin = api.as(api.adminKey());
  }

  @BeforeEach
  void makeAPicture() {
    batch = UUID.randomUUID().toString();
    task = api.generate(PICTURE.formatted(batch));
    api.awaitResult(task);
  }

  @Test
  void withoutAKeyNothingIsToldOfTasks() {
    assertThat(nobody.post("/v1/images/generate", "{}")).hasToString(MISSING);
    assertThat(nobody.get("/v1/tasks/" + task)).hasToString(MISSING);
    assertThat(nobody.post("/v1/tasks/" + task + "/cancel", "")).hasToString(MISSING);
    assertThat(nobody.get("/v1/history")).hasToString(MISSING);
    assertThat(nobody.get("/v1/history/" + batch)).hasToString(MISSING);
    assertThat(nobody.send("DELETE", "/v1/history/" + batch, BodyPublishers.noBody())).hasToString(MISSING);
    assertThat(nobody.get("/v1/tasks/" + task + "/events")).hasToString(MISSING);
    assertThat(nobody.get("/v1/system")).hasToString(MISSING);
    assertThat(nobody.get("/v1/tasks/" + task).header("WWW-Authenticate")).isEqualTo("Bearer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"wrong", "CLIENT-KEY-1", "client-key-1x", "client-key", "client-key-1,client-key-2"})
  void aWrongKeyIsRefused(String key) {
    Api stranger = api.as(key);

    assertThat(stranger.get("/v1/tasks/" + task)).hasToString(NOT_ALLOWED);
    assertThat(stranger.get("/v1/tasks/" + task + "/events")).hasToString(NOT_ALLOWED);
    assertThat(stranger.post("/v1/tasks/" + task + "/cancel", "")).hasToString(NOT_ALLOWED);
    assertThat(stranger.post("/v1/images/generate", "{}")).hasToString(NOT_ALLOWED);
    assertThat(stranger.get("/v1/history")).hasToString(NOT_ALLOWED);
    assertThat(stranger.get("/v1/history/" + batch)).hasToString(NOT_ALLOWED);
    assertThat(stranger.send("DELETE", "/v1/history/" + batch, BodyPublishers.noBody())).hasToString(NOT_ALLOWED);
    assertThat(stranger.get("/v1/system")).hasToString(NOT_ALLOWED);
  }

  @Test
  void aVeryLongKeyIsRefused() {
    assertThat(nobody.get("/v1/history", "X-Auth-Key", "k".repeat(10_000))).hasToString(NOT_ALLOWED);
    assertThat(nobody.get("/v1/history?auth_key=" + "k".repeat(10_000))).hasToString(NOT_ALLOWED);
  }

  @Test
  void controlCharactersInAKeyAreRefused() {
    assertThat(nobody.get("/v1/history?auth_key=client-key-1%0A")).hasToString(NOT_ALLOWED);
    assertThat(nobody.get("/v1/history?auth_key=%00")).hasToString(NOT_ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void anEmptyKeyIsNone(String key) {
    assertThat(nobody.get("/v1/history", "X-Auth-Key", key)).hasToString(MISSING);
    assertThat(nobody.get("/v1/history?auth_key=")).hasToString(MISSING);
    assertThat(nobody.get("/v1/history", "Authorization", "Bearer ")).hasToString(MISSING);
    assertThat(nobody.get("/v1/history", "Authorization", "Basic Y2xpZW50LWtleS0x")).hasToString(MISSING);
  }

  @Test
  void aKeyMayComeInThreeWays() {
    assertThat(nobody.get("/v1/tasks/" + task, "X-Auth-Key", api.key()).status()).isEqualTo(200);
    assertThat(nobody.get("/v1/tasks/" + task + "?auth_key=" + api.key()).status()).isEqualTo(200);
    assertThat(nobody.get("/v1/tasks/" + task, "Authorization", "Bearer " + api.key()).status()).isEqualTo(200);
    assertThat(nobody.get("/v1/tasks/" + task, "authorization", "bearer " + api.key()).status()).isEqualTo(200);
  }

  @Test
  void theHeaderCountsFirst() {
    assertThat(other.get("/v1/tasks/" + task + "?auth_key=" + api.key()).status()).isEqualTo(403);
  }

  @Test
  void anotherClientMayNeitherSeeNorCancelTheTask() {
    String notAllowed = "403 {\"detail\":\"Not allowed to access this task\"}";

    assertThat(other.get("/v1/tasks/" + task)).hasToString(notAllowed);
    assertThat(other.post("/v1/tasks/" + task + "/cancel", "")).hasToString(notAllowed);
  }

  @Test
  void anotherClientFindsNoSuchBatch() {
    String notFound = "404 {\"detail\":\"History batch not found\"}";

    assertThat(other.get("/v1/history/" + batch)).hasToString(notFound);
    assertThat(other.send("DELETE", "/v1/history/" + batch, BodyPublishers.noBody())).hasToString(notFound);
    assertThat(other.get("/v1/history?limit=50").body()).doesNotContain(batch);
    assertThat(api.get("/v1/history?limit=50").body()).contains(batch);
  }

  @Test
  void anotherClientMayNotJoinTheBatch() {
    assertThat(other.post("/v1/images/generate", PICTURE.formatted(batch)))
        .hasToString("403 {\"detail\":\"Not allowed to use this batch\"}");
    assertThat(api.get("/v1/history/" + batch).json().getJsonArray("items")).hasSize(1);
  }

  @Test
  void theSameTextNamesAnotherBatchForAnotherClient() {
    String text = "batch " + UUID.randomUUID();
    api.awaitResult(api.generate(PICTURE.formatted(text)));

    assertThat(other.post("/v1/images/generate", PICTURE.formatted(text)).status()).isEqualTo(200);
  }

  @Test
  void theAdministratorSeesEverythingButNoKeys() {
    Answer status = admin.get("/v1/tasks/" + task);

    assertThat(status.status()).isEqualTo(200);
    assertThat(status.json().getJsonObject("result").getString("auth_key")).matches("key_[0-9a-f]{8,64}");
    assertThat(status.body()).doesNotContain(api.key());
    assertThat(admin.get("/v1/history?limit=50").body()).contains(batch).doesNotContain(api.key());
    assertThat(admin.get("/v1/history/" + batch).status()).isEqualTo(200);
    assertThat(admin.send("DELETE", "/v1/history/" + batch, BodyPublishers.noBody()).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"/", "/health", "/health/live", "/health/ready"})
  void whatMonitorsAskForNeedsNoKey(String path) {
    assertThat(nobody.get(path).status()).isEqualTo(200);
  }
}
