package org.zimage.tests.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.removal.ClientRemoval;
import org.zimage.client.ZImageClient;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.caller.Doors;
import org.zimage.tests.system.SharedSystem;

/** How tasks and clients end, and that nothing of them is left. */
@ExtendWith(SharedSystem.class)
class EndsIT {
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final String SETTINGS = "\"prompt\":\"a short-lived circle\",\"width\":64,\"height\":64,\"num_inference_steps\":1";
  private static final String ENDING = "{" + SETTINGS + ",\"expires_in\":10}";

  private final Api api;
  private final Doors doors;

  EndsIT(Api api, Broker broker) {
    this.api = api;
    this.doors = new Doors(api, broker);
  }

  @Test
  void throughEveryDoorATaskCanBeGivenAnEnd() throws Exception {
    String direct = api.generate(ENDING);
    List<JsonObject> ending = new ArrayList<>(List.of(api.awaitResult(direct), doors.byOpenAi(ENDING), doors.byMcp(ENDING),
        doors.byMessage(ENDING), byTheJavaClient()));
    JsonObject staying = api.awaitResult(api.generate("{" + SETTINGS + "}"));

    for (JsonObject result : ending) {
      await("the file is removed").atMost(LONGEST).until(() -> picture(result).status() == 404);
    }
    assertThat(api.get("/v1/tasks/" + direct).status()).isEqualTo(404);
    assertThat(picture(staying).status()).isEqualTo(200);
  }

  @Test
  void theEndIsToldOnceTheTaskIsOver() {
    String task = api.generate("{" + SETTINGS + ",\"expires_in\":3600}");
    api.awaitResult(task);
    String endless = api.generate("{" + SETTINGS + "}");
    api.awaitResult(endless);

    assertThat(api.status(task).getString("expires_at")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00");
    assertThat(api.status(endless)).doesNotContainKey("expires_at");
    assertThat(api.post("/v1/images/generate", "{" + SETTINGS + ",\"expires_in\":0}").body())
        .contains("\"loc\":[\"body\",\"expires_in\"]");
  }

  @Test
  void aBatchIsDeletedWithOrWithoutItsPictures() {
    JsonObject kept = api.awaitResult(api.generate("{" + SETTINGS + "}"));
    assertThat(deleteNewest("").getString("message")).isEqualTo("Batch deleted from history");
    JsonObject gone = api.awaitResult(api.generate("{" + SETTINGS + "}"));
    assertThat(deleteNewest("?pictures=true").getString("status")).isEqualTo("deleted");

    await("the file is removed").atMost(LONGEST).until(() -> picture(gone).status() == 404);
    assertThat(picture(kept).status()).isEqualTo(200);
    assertThat(delete(api, "/v1/history/0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a?pictures=perhaps").body())
        .contains("\"loc\":[\"query\",\"pictures\"]");
  }

  @Test
  void theAdministratorRemovesEverythingOfAClient() {
    Api client = api.as(api.otherKey());
    Api administrator = api.as(api.adminKey());
    String task = client.generate("{" + SETTINGS + "}");
    JsonObject result = client.awaitResult(task);
    String id = administrator.status(task).getJsonObject("result").getString("auth_key");
    assertThat(delete(client, "/v1/clients/" + id + "/data").status()).isEqualTo(403);
    assertThat(client.get("/v1/clients/" + id + "/removals").status()).isEqualTo(403);
    assertThat(delete(administrator, "/v1/clients/nobody/data").status()).isEqualTo(404);

    Answer accepted = delete(administrator, "/v1/clients/" + id + "/data");

    assertThat(accepted.status()).isEqualTo(202);
    assertThat(accepted.json().getString("status_url")).isEqualTo("/v1/clients/" + id + "/removals");
    try (ZImageClient zimage = ZImageClient.to(api.url()).key(api.adminKey()).open()) {
      ClientRemoval done = await("it is done").atMost(LONGEST).until(() -> zimage.clientRemovals(id).get(0),
          removal -> removal.status().equals(ClientRemoval.DONE));
      assertThat(done.removalId()).isEqualTo(accepted.json().getString("removal_id"));
      assertThat(done.tasksRemoved()).isPositive();
      assertThat(done.finishedAt()).isAfter(done.requestedAt());
    }
    assertThat(client.get("/v1/tasks/" + task).status()).isEqualTo(404);
    assertThat(picture(result).status()).isEqualTo(404);
    assertThat(client.history("")).isEmpty();
    assertThat(client.generate("{" + SETTINGS + "}")).as("the client may go on").isNotBlank();
  }

  private JsonObject byTheJavaClient() throws InterruptedException {
    try (ZImageClient client = ZImageClient.to(api.url()).key(api.key()).open()) {
      client.await(client.generate(GenerateImageRequest.of("a short-lived circle").withSize(64, 64).withSteps(1)
          .withExpiresIn(10)).taskId());
    }
    return doors.newest();
  }

  private JsonObject deleteNewest(String query) {
    String batch = api.history("?limit=1").getJsonObject(0).getString("task_id");
    return delete(api, "/v1/history/" + batch + query).json();
  }

  private static Answer delete(Api as, String path) {
    return as.send("DELETE", path, BodyPublishers.noBody());
  }

  private Answer picture(JsonObject result) {
    return api.get("/generated-images/" + result.getString("relative_path"));
  }
}
