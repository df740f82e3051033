package org.zimage.tests.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.tests.caller.Api;
import org.zimage.tests.documentation.MarkdownPage;
import org.zimage.tests.system.RunningSystem;

/**
 * A company moves from the Python service, as {@code docs/migrating.md} says: its history, its keys and its pictures are there, and
 * what its old workers left undone has an end.
 */
class ExistingDatabaseIT {
  private static final String ADMIN_KEY = "admin-key";
  private static final String FINISHED_BATCH = "0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a";
  private static final String STALE_BATCH = "7a1c1f52-9a55-4c2e-9a69-0f4f2f0f9d11";
  private static final String KEY = "client-key-1";
  private static final String UNFILLED_BATCH = "3c9d2a10-77d1-4f0e-a1c5-2b6f8e4d9a01";
  private static final String EMPTY_BATCH = "3c9d2a10-77d1-4f0e-a1c5-2b6f8e4d9a02";
  private static final Pattern SETTING = Pattern.compile("(?m)^export ([A-Z_]+)=");
  private static final String DASHED_TASK = "b0e4aaf0-bfa7-421b-9cb9-4c624c7fd139";

  @TempDir
  private static Path pictures;
  private static EmbeddedPostgres postgresql;
  private static RunningSystem system;
  private static Api api;

  @BeforeAll
  static void startOnADatabaseOfTheOldService() throws IOException, SQLException {
    postgresql = EmbeddedPostgres.builder().start();
    try (InputStream rows = ExistingDatabaseIT.class.getResourceAsStream("/existing-database.sql");
        Connection connection = postgresql.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(new String(rows.readAllBytes(), StandardCharsets.UTF_8));
    }
    Files.writeString(Files.createDirectories(pictures.resolve("20250301")).resolve("120000_boat.webp"), "an old picture");
    start();
  }

  private static Set<String> documentedSettings() {
    String page = MarkdownPage.read(Path.of(System.getProperty("zimage.root"), "docs/migrating.md")).text();
    Set<String> names = SETTING.matcher(page).results().map(setting -> setting.group(1)).collect(Collectors.toSet());
    assertThat(names).contains("ZIMAGE_MODEL_DIR", "ZIMAGE_HOST", "ZIMAGE_PORT");
    names.removeAll(Set.of("ZIMAGE_MODEL_DIR", "ZIMAGE_HOST", "ZIMAGE_PORT"));
    return names;
  }

  private static void start() throws IOException {
    Map<String, String> settings = Map.of("API_ENABLE_AUTH", "true", "API_ADMIN_KEY", ADMIN_KEY, "API_ALLOWED_KEYS", KEY,
        "DATABASE_URL", "postgresql+asyncpg://postgres:any@127.0.0.1:" + postgresql.getPort() + "/postgres",
        "ZIMAGE_OUTPUT_DIR", pictures.toString());
    assertThat(settings.keySet()).as("what the page sets, but for the model and the address").isEqualTo(documentedSettings());
    system = RunningSystem.start(settings);
    api = new Api(system.url(), ADMIN_KEY, null, ADMIN_KEY);
  }

  @AfterAll
  static void stop() throws IOException {
    if (system != null) {
      system.close();
    }
    if (postgresql != null) {
      postgresql.close();
    }
  }

  @Test
  void listsAndReadsTheOldHistory() {
    JsonArray history = Json.createReader(new StringReader(api.get("/v1/history?limit=50").body())).readArray();

    assertThat(history.getValuesAs(JsonObject.class)).extracting(batch -> batch.getString("task_id"))
        .contains(FINISHED_BATCH, STALE_BATCH);
    JsonObject detail = api.get("/v1/history/" + FINISHED_BATCH).json();
    assertThat(detail.getJsonObject("batch").getString("status")).isEqualTo("SUCCESS");
    assertThat(detail.getJsonArray("items").getValuesAs(JsonObject.class)).extracting(item -> item.getString("status"))
        .containsExactly("success", "error");
  }

  @Test
  void findsAnOldTaskWithItsDashesAndWithout() {
    JsonObject task = api.status(DASHED_TASK);

    assertThat(task.getString("status")).isEqualTo("SUCCESS");
    assertThat(task.getJsonObject("result").get("seed")).isEqualTo(JsonValue.NULL);
    assertThat(task.getString("image_url")).isEqualTo("/generated-images/20250101/120000_old.webp");
    assertThat(api.status(DASHED_TASK.replace("-", "")).getJsonObject("result"))
        .isEqualTo(task.getJsonObject("result"));
  }

  @Test
  void endsWhatAKilledWorkerLeftRunning() {
    String stale = "5e000000000000000000000000000001";

    await().atMost(Duration.ofSeconds(30)).until(() -> api.status(stale).getString("status").equals("FAILURE"));

    assertThat(api.status(stale).getString("error_code")).isEqualTo("worker_lost");
    assertThat(api.status(stale).getString("error_hint")).as("there was one attempt that is known").doesNotContain("every attempt");
    assertThat(api.get("/v1/history/" + STALE_BATCH).json().getJsonObject("batch").getString("status"))
        .isEqualTo("FAILURE");
  }

  @Test
  void aClientFindsItsOwnHistoryWithTheKeyItHadAndThePictureInTheFolder() {
    JsonArray history = api.as(KEY).history("?limit=50");

    assertThat(history.getValuesAs(JsonObject.class)).extracting(batch -> batch.getString("task_id"))
        .containsExactlyInAnyOrder(UNFILLED_BATCH, EMPTY_BATCH);
    String picture = api.as(KEY).get("/v1/history/" + UNFILLED_BATCH).json().getJsonObject("batch").getString("image_url");
    assertThat(api.as(null).get(picture).line()).isEqualTo("200 an old picture");
  }

  @Test
  void endsBatchesThatNeverGotAllTheirTasks() {
    JsonObject unfilled = api.get("/v1/history/" + UNFILLED_BATCH).json().getJsonObject("batch");
    JsonObject empty = api.get("/v1/history/" + EMPTY_BATCH).json().getJsonObject("batch");

    assertThat(unfilled.getString("status")).isEqualTo("SUCCESS");
    assertThat(unfilled.getInt("success_count")).isEqualTo(2);
    assertThat(empty.getString("status")).isEqualTo("FAILURE");
  }

  /** PostgreSQL writes numbers out, so that no reader of JSON takes what an older version has stored. */
  @Test
  void worksOnTasksWhoseMetadataCannotBeRead() throws SQLException {
    String batch = UUID.randomUUID().toString();
    String task = waitingTask(batch, "{\"x\":1e1200}");

    assertThat(api.awaitResult(task).get("metadata")).isEqualTo(JsonValue.NULL);
    assertThat(api.events(task)).last().satisfies(event -> assertThat(event.name()).isEqualTo("done"));
    assertThat(api.get("/v1/history/" + batch + "/pictures.zip").status()).isEqualTo(200);
    assertThat(api.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"look_up_task\","
        + "\"arguments\":{\"task_id\":\"" + task + "\"}}}").body()).contains("SUCCESS");
    assertThat(api.get("/v1/history/" + batch).json().getJsonObject("batch").getString("status")).isEqualTo("SUCCESS");
    assertThat(api.send("DELETE", "/v1/history/" + batch, BodyPublishers.noBody()).status()).isEqualTo(200);
    assertThat(api.get("/v1/tasks/" + task).status()).isEqualTo(404);
  }

  @Test
  void cancelsATaskWhoseMetadataCannotBeRead() throws SQLException {
    String task = waitingTask(UUID.randomUUID().toString(), "{\"x\":1e131071}");

    assertThat(api.cancel(task).getString("status")).isEqualTo("CANCELLED");

    assertThat(api.awaitEnd(task).getString("status")).isEqualTo("REVOKED");
  }

  private static String waitingTask(String batch, String metadata) throws SQLException {
    String task = UUID.randomUUID().toString().replace("-", "");
    try (Connection connection = postgresql.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("""
          INSERT INTO image_generation_batches (id, api_client_id, prompt, width, height, num_inference_steps, guidance_scale,
            metadata) VALUES ('%1$s', 'key_5f2a9c1e', 'a boat', 64, 64, 1, 0, '%3$s');
          INSERT INTO image_generation_tasks (task_id, batch_id, batch_index, prompt, width, height, num_inference_steps,
            guidance_scale, metadata) VALUES ('%2$s', '%1$s', 0, 'a boat', 64, 64, 1, 0, '%3$s')""".formatted(batch, task, metadata));
    }
    return task;
  }

  @Test
  void takesNewTasksAndChangesNothingWhenItStartsAgain() throws IOException, SQLException {
    api.awaitResult(api.generate("{\"prompt\": \"a red circle\", \"width\": 256, \"height\": 256}"));
    List<String> before = tables();

    system.close();
    start();

    assertThat(tables()).isEqualTo(before);
  }

  /** Every column, and how many migrations were run. */
  private static List<String> tables() throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Connection connection = postgresql.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("""
            SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns
            WHERE table_schema = 'public' UNION ALL SELECT 'migration ' || version FROM zimage_schema_history ORDER BY 1""")) {
      while (rows.next()) {
        lines.add(rows.getString(1));
      }
    }
    return lines;
  }
}
