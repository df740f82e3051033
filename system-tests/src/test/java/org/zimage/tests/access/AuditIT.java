package org.zimage.tests.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.api.audit.AuditEntry;
import org.zimage.api.audit.AuditQuery;
import org.zimage.client.ZImageClient;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.cli.AdministratorCommand;
import org.zimage.tests.system.SharedSystem;

/** The audit has what is done through every route, and the administrator alone reads it. */
@ExtendWith(SharedSystem.class)
class AuditIT {
  private static final String PROMPT = "a lighthouse that nobody else asks for";
  private static final String PICTURE = "{\"prompt\":\"" + PROMPT + "\",\"width\":64,\"height\":64,\"num_inference_steps\":1}";
  private static final String NO_TASK = "00000000000000000000000000000000";
  private static final String NO_BATCH = "00000000-0000-0000-0000-000000000000";
  private static final String FORM = "multipart/form-data; boundary=b";

  private final Api api;
  private final AdministratorCommand command;
  private final Api admin;
  private long before;

  AuditIT(Api api) {
    this.api = api;
    this.command = new AdministratorCommand(api);
    this.admin = api.as(api.adminKey());
  }

  @BeforeEach
  void readToTheEnd() {
    before = last();
  }

  private long last() {
    long last = 0;
    for (List<JsonObject> page = page(0); !page.isEmpty(); page = page(last)) {
      last = page.get(page.size() - 1).getJsonNumber("id").longValue();
    }
    return last;
  }

  private List<JsonObject> page(long after) {
    Answer answer = admin.get("/v1/audit?limit=100000&after=" + after);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/x-ndjson");
    return answer.body().lines().map(AuditIT::parse).toList();
  }

  private static JsonObject parse(String line) {
    try (JsonReader reader = Json.createReader(new StringReader(line))) {
      return reader.readObject();
    }
  }

  /** One call of every route that changes something: a new route fails here until it is tried, too. */
  private Map<String, Supplier<Answer>> calls() {
    Map<String, Supplier<Answer>> calls = new TreeMap<>();
    calls.put("post /v1/images/generate", () -> api.post("/v1/images/generate", PICTURE));
    calls.put("post /v1/images/generations", () -> api.post("/v1/images/generations", "{\"prompt\":\"" + PROMPT + "\",\"size\":\"1x1\"}"));
    calls.put("post /v1/images/edits", () -> api.send("POST", "/v1/images/edits", BodyPublishers.ofString("--b--"), "Content-Type", FORM));
    calls.put("post /v1/images/variations",
        () -> api.send("POST", "/v1/images/variations", BodyPublishers.ofString("--b--"), "Content-Type", FORM));
    calls.put("post /v1/tasks/{task_id}/cancel", () -> api.post("/v1/tasks/" + NO_TASK + "/cancel", ""));
    calls.put("delete /v1/history/{batch_id}", () -> api.send("DELETE", "/v1/history/" + NO_BATCH, BodyPublishers.noBody()));
    calls.put("post /v1/loras", () -> api.send("POST", "/v1/loras?name=x", BodyPublishers.ofString("x"), "Content-Type",
        "application/octet-stream"));
    calls.put("delete /v1/clients/{client_id}/data", () -> api.send("DELETE", "/v1/clients/nobody/data", BodyPublishers.noBody()));
    calls.put("delete /v1/loras/{name}", () -> api.send("DELETE", "/v1/loras/x", BodyPublishers.noBody()));
    return calls;
  }

  @Test
  void everyRouteThatChangesSomethingLeavesARecord() {
    Map<String, Supplier<Answer>> calls = calls();
    assertThat(calls.keySet()).isEqualTo(changingRoutes());
    calls.forEach((route, call) -> {
      long seen = last();
      AtomicReference<Answer> answer = new AtomicReference<>();
      untilRecorded(() -> answer.set(call.get()), seen);
      JsonObject record = ownBehind(seen).get(0);
      assertThat(record.getString("actor")).as(route).isEqualTo("client");
      assertThat(record.getString("address")).isNotEmpty();
      assertThat(record.getString("outcome")).as(route).isEqualTo(answer.get().status() < 400 ? "accepted" : "refused");
    });
  }

  /** Of refusals a node records so many a minute, and other tests may have caused them. */
  private void untilRecorded(Runnable call, long seen) {
    await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(200)).until(() -> {
      call.run();
      return !ownBehind(seen).isEmpty();
    });
  }

  private Set<String> changingRoutes() {
    Set<String> routes = new TreeSet<>();
    admin.get("/openapi?format=json").json().getJsonObject("paths").forEach((path, operations) -> operations.asJsonObject().keySet().stream()
        .filter(verb -> Set.of("post", "put", "delete", "patch").contains(verb)).forEach(verb -> routes.add(verb + " " + path)));
    routes.remove("post /v1/pictures/verify"); // which only looks
    return routes;
  }

  /** A key may be used for the first time here. */
  private List<JsonObject> ownBehind(long number) {
    return page(number).stream().filter(entry -> !entry.getString("deed").equals("client.register")).toList();
  }

  @Test
  void theWayOfAPictureIsThereAndNothingThatItSays() {
    String batch = UUID.randomUUID().toString();
    String metadata = ",\"metadata\":{\"batch_id\":\"" + batch + "\",\"order\":\"Carla's\"}}";
    String task = api.generate(PICTURE.replace("}", metadata));
    api.awaitResult(task);
    api.post("/v1/tasks/" + task + "/cancel", "");
    admin.send("DELETE", "/v1/history/" + batch, BodyPublishers.noBody());

    assertThat(ownBehind(before).stream().map(AuditIT::text)).containsExactly("client task.submit accepted null " + task,
        "client task.cancel unchanged null " + task, "administrator batch.delete accepted null " + batch);
    long seen = last();
    untilRecorded(() -> api.as(null).send("DELETE", "/v1/history/Anna%20in%20the%20garden", BodyPublishers.noBody()), seen);
    assertThat(text(ownBehind(seen).get(0))).isEqualTo("stranger batch.delete refused 401 null");
    assertThat(page(0).toString()).doesNotContain("lighthouse").doesNotContain("Carla").doesNotContain("Anna")
        .doesNotContain(api.key() + "\"").doesNotContain(api.adminKey());
  }

  private static String text(JsonObject entry) {
    return entry.getString("actor") + " " + entry.getString("deed") + " " + entry.getString("outcome") + " " + entry.get("status") + " "
        + entry.getString("object_id", "null");
  }

  @Test
  void anAssistantsCallIsRecordedAsOne() {
    String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"generate_image\",\"arguments\":%s}}";
    String[] types = {"Accept", "application/json, text/event-stream"};
    for (String arguments : List.of(PICTURE, "{\"prompt\":\"\"}")) {
      long seen = last();
      untilRecorded(() -> api.post("/mcp", call.formatted(arguments), types), seen);
      JsonObject record = ownBehind(seen).get(0);
      assertThat(record.getString("door") + " " + text(record)).startsWith("mcp client task.submit "
          + (arguments.equals(PICTURE) ? "accepted null" : "refused 422"));
    }
  }

  @Test
  void clientsDoNotReadItAndWrongParametersAreNamed() {
    assertThat(api.get("/v1/audit").status()).isEqualTo(403);
    assertThat(api.as(null).get("/v1/audit").status()).isEqualTo(401);
    for (String wrong : List.of("after=x", "deed=task.eat", "from=yesterday", "limit=x")) {
      Answer answer = admin.get("/v1/audit?" + wrong);
      assertThat(answer.status()).as(wrong).isEqualTo(422);
      assertThat(answer.body()).contains("\"loc\":[\"query\",\"" + wrong.replaceAll("=.*", "") + "\"]");
    }
  }

  @Test
  void isReadByClientAndDeedAndFromANumberOn() {
    String task = api.generate(PICTURE);
    JsonObject entry = ownBehind(before).get(0);
    String client = entry.getString("actor_id");

    assertThat(admin.get("/v1/audit?after=" + before + "&deed=task.submit&limit=1&client=" + client).body()).contains(task);
    assertThat(admin.get("/v1/audit?after=" + entry.get("id") + "&deed=task.submit").body()).doesNotContain(task);
    assertThat(admin.get("/v1/audit?after=" + before + "&client=admin").body()).doesNotContain(task);
    assertThat(admin.get("/v1/audit?after=" + before + "&to=2020-01-01").body()).isEmpty();
    api.awaitResult(task);
  }

  @Test
  void theJavaClientAndTheCommandLineTellTheSame() throws IOException, InterruptedException {
    String task = api.generate(PICTURE);
    api.awaitResult(task);
    String lines = admin.get("/v1/audit?after=" + before).body();

    try (ZImageClient client = ZImageClient.to(api.url()).key(api.adminKey()).open()) {
      assertThat(client.audit(AuditQuery.ALL.withAfter(before)).map(AuditEntry::objectId)).contains(task);
    }
    assertThat(command.run("audit", "--after", "" + before, "--json")).isEqualTo("0 " + lines);
    assertThat(command.run("audit", "--after", "" + before, "-n", "1", "--deed", "task.submit")).startsWith("0 ").contains(" task.submit ", task);
    assertThat(command.run("audit", "--deed", "task.eat")).startsWith("4 zimage: ").contains("task.cancel");
  }
}
