package org.zimage.tests.task;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;

/** What was asked for before. */
@ExtendWith(SharedSystem.class)
class HistoryIT {
  private static final String NOT_FOUND = "404 {\"detail\":\"History batch not found\"}";

  private final Api api;

  HistoryIT(Api api) {
    this.api = api;
  }

  @Test
  void aBatchIsListedWithItsFirstPicture() {
    String batch = UUID.randomUUID().toString();
    JsonObject second = api.awaitResult(generate(batch, 1, 12));
    JsonObject first = api.awaitResult(generate(batch, 0, 11));

    String line = page("?limit=1").getJsonObject(0).toString();

    assertThat(line).matches("""
        \\{"task_id":"%s","status":"SUCCESS","created_at":"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00",\
        "prompt":"a tree","height":64,"width":96,"relative_path":"%s","image_url":"/generated-images/%s",\
        "num_inference_steps":1,"guidance_scale":0\\.0,"seed":11,"batch_size":2,"success_count":2,"failed_count":0,\
        "base_seed":12}""".formatted(batch, first.getString("relative_path"), first.getString("preview_relative_path")));
    assertThat(line).doesNotContain(second.getString("image_id"));
  }

  @Test
  void aBatchHasItsPicturesInTheOrderOfTheirIndex() {
    String batch = UUID.randomUUID().toString();
    String third = generate(batch, 2, 3);
    String first = generate(batch, 0, 1);
    JsonObject picture = api.awaitResult(first);
    api.awaitResult(third);

    JsonObject detail = api.get("/v1/history/" + batch).json();

    assertThat(List.copyOf(detail.keySet())).containsExactly("batch", "items");
    assertThat(detail.getJsonObject("batch").getString("task_id")).isEqualTo(batch);
    assertThat(detail.getJsonArray("items")).hasSize(2);
    assertThat(detail.getJsonArray("items").get(0)).hasToString("""
        {"task_id":"%s","index":0,"status":"success","image_url":"/generated-images/%s","width":96,"height":64,"seed":1,\
        "error_code":null,"error_hint":null}""".formatted(first, picture.getString("preview_relative_path")));
    assertThat(detail.getJsonArray("items").getJsonObject(1).getString("task_id")).isEqualTo(third);
  }

  @Test
  void aWaitingBatchIsListedAtOnceAndACancelledOneIsAFailure() {
    String batch = UUID.randomUUID().toString();
    String ahead = api.generate("{\"prompt\":\"a sea\",\"width\":2048,\"height\":2048,\"num_inference_steps\":50}");
    String task = generate(batch, 0, 1);

    assertThat(status(batch)).isEqualTo("PENDING");
    assertThat(api.get("/v1/history/" + batch).json().getJsonObject("batch")).containsEntry("image_url", JsonValue.NULL)
        .containsEntry("relative_path", JsonValue.NULL);
    api.cancel(task);

    assertThat(status(batch)).isEqualTo("FAILURE");
    assertThat(api.get("/v1/history/" + batch).json().getJsonArray("items").get(0)).hasToString("""
        {"task_id":"%s","index":0,"status":"cancelled","image_url":null,"width":96,"height":64,"seed":1,\
        "error_code":"cancelled","error_hint":"The task was cancelled; send the request again to get the picture."}"""
        .formatted(task));
    api.cancel(ahead);
    api.awaitEnd(ahead);
  }

  @Test
  void anyTextNamesABatchOfItsClient() {
    String name = "mine " + UUID.randomUUID();
    generate(name, 0, 1);
    api.awaitResult(generate(name, 1, 2));

    assertThat(page("?limit=1").getJsonObject(0).getInt("batch_size")).isEqualTo(2);
  }

  @Test
  void aDeletedBatchIsGoneWhileItsPicturesStay() {
    String batch = UUID.randomUUID().toString();
    String task = generate(batch, 0, 1);
    JsonObject picture = api.awaitResult(task);

    assertThat(api.send("DELETE", "/v1/history/" + batch, BodyPublishers.noBody())).hasToString(
        "200 {\"task_id\":\"%s\",\"status\":\"deleted\",\"message\":\"Batch deleted from history\"}".formatted(batch));

    assertThat(api.get("/v1/history/" + batch)).hasToString(NOT_FOUND);
    assertThat(api.send("DELETE", "/v1/history/" + batch, BodyPublishers.noBody())).hasToString(NOT_FOUND);
    assertThat(api.get("/v1/tasks/" + task)).hasToString("404 {\"detail\":\"Task not found\"}");
    assertThat(api.get("/generated-images/" + picture.getString("relative_path")).status()).isEqualTo(200);
  }

  @Test
  void deletingABatchStopsItsRunningTask() {
    String batch = UUID.randomUUID().toString();
    String task = api.generate("""
        {"prompt":"a sea","width":2048,"height":2048,"num_inference_steps":50,"metadata":{"batch_id":"%s"}}""".formatted(batch));
    api.watch(task, status -> status.getString("status").equals("PROGRESS"));

    assertThat(api.send("DELETE", "/v1/history/" + batch, BodyPublishers.noBody()).status()).isEqualTo(200);

    long start = System.nanoTime();
    api.awaitResult(generate(UUID.randomUUID().toString(), 0, 1));
    assertThat((System.nanoTime() - start) / 1e9).as("seconds until the next picture is done").isLessThan(10);
  }

  @Test
  void thePagesFollowEachOther() {
    for (int i = 0; i < 3; i++) {
      api.awaitResult(generate(UUID.randomUUID().toString(), 0, i));
    }

    JsonArray all = page("?limit=3");
    assertThat(page("?limit=1&offset=1").get(0)).isEqualTo(all.get(1));
    assertThat(page("?limit=2&offset=1").get(1)).isEqualTo(all.get(2));
  }

  @ParameterizedTest
  @CsvSource({"limit=0, 1", "limit=-5, 1", "limit=1, 1", "limit=2, 2", "offset=999999999, 0",
      "limit=99999999999999999999&offset=99999999999999999999, 0"})
  void theLimitsAreKept(String query, int size) {
    generate(UUID.randomUUID().toString(), 0, 1);
    generate(UUID.randomUUID().toString(), 0, 1);

    assertThat(page("?" + query)).hasSize(size);
  }

  @Test
  void aNegativeOffsetIsTheStart() {
    assertThat(page("?limit=1&offset=-3")).isEqualTo(page("?limit=1"));
    assertThat(page("?limit=1000").size()).isLessThanOrEqualTo(50);
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit", "offset"})
  void whatIsNoNumberIsNamed(String parameter) {
    assertThat(api.get("/v1/history?" + parameter + "=ten")).hasToString("""
        422 {"detail":[{"type":"int_parsing","loc":["query","%s"],\
        "msg":"Input should be a valid integer, unable to parse string as an integer","input":"ten"}]}""".formatted(parameter));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a", "%20", "1%2F2", "'"})
  void aBatchThatIsNotThereIsNotFound(String batch) {
    assertThat(api.get("/v1/history/" + batch)).hasToString(NOT_FOUND);
    assertThat(api.send("DELETE", "/v1/history/" + batch, BodyPublishers.noBody())).hasToString(NOT_FOUND);
  }

  @Test
  void theLinkOfAPageLeadsToTheNext() {
    String word = "w" + UUID.randomUUID().toString().replace("-", "");
    for (int i = 0; i < 5; i++) {
      api.awaitResult(api.generate("{\"prompt\":\"%s\",\"width\":64,\"height\":64,\"num_inference_steps\":1}".formatted(
          word)));
    }
    JsonArray all = page("?q=" + word);

    Answer first = api.get("/v1/history?limit=2&q=" + word + "&auth_key=" + api.key());
    Answer second = api.get(next(first));
    Answer third = api.get(next(second));

    assertThat(first.body() + second.body() + third.body()).isEqualTo("[%s,%s][%s,%s][%s]".formatted(all.toArray()));
    assertThat(next(first)).doesNotContain(api.key());
    assertThat(third.header("Link")).isNull();
  }

  private static String next(Answer page) {
    return page.header("Link").replaceAll("^<(.*)>; rel=\"next\"$", "$1");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "from=yesterday | datetime_parsing | from", "to=2026-13-01 | datetime_parsing | to",
          "status=done | enum | status",
      "from=%2B300000-01-01 | datetime_parsing | from", "from=-4800-01-01 | datetime_parsing | from",
      "to=%2B999999999-12-31 | datetime_parsing | to", "to=%2B294276-12-31 | datetime_parsing | to",
      "to=%2B999999999-12-31T23:59:59.999999999-18:00 | datetime_parsing | to",
      "before=-999999999999999999_0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a | value_error | before",
      "before=x | value_error | before", "from=2026-01-01T10:00 | datetime_parsing | from"})
  void whatIsNoFilterIsNamed(String query, String type, String parameter) {
    Answer answer = api.get("/v1/history?" + query);

    assertThat(answer.line()).startsWith("422 {\"detail\":[{\"type\":\"" + type + "\",\"loc\":[\"query\",\""
        + parameter + "\"],");
  }

  @Test
  void timesAreFilters() {
    generate(UUID.randomUUID().toString(), 0, 1);

    assertThat(page("?from=2020-01-01&limit=1")).hasSize(1);
    assertThat(page("?from=2020-01-01T00:00:00%2B02:00&to=2999-12-31&limit=1")).hasSize(1);
    assertThat(page("?to=2020-01-01")).isEmpty();
    assertThat(page("?from=2999-01-01T00:00:00Z")).isEmpty();
    assertThat(page("?from=0001-01-01&to=9999-12-31&limit=1")).hasSize(1);
    assertThat(page("?from=-4712-01-01&to=%2B294275-12-31&limit=1")).hasSize(1);
  }

  @Test
  void aBatchIsTakenHomeAsAZip() throws IOException {
    String batch = UUID.randomUUID().toString();
    JsonObject second = api.awaitResult(generate(batch, 1, 12));
    api.awaitResult(generate(batch, 0, 11));

    Answer answer = api.as(null).get("/v1/history/" + batch + "/pictures.zip?auth_key=" + api.key());

    assertThat(answer.header("Content-Type")).isEqualTo("application/zip");
    assertThat(answer.header("Content-Disposition")).isEqualTo("attachment; filename=\"z-image-" + batch + ".zip\"");
    Map<String, byte[]> files = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(answer.bytes()))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    assertThat(files).containsOnlyKeys("01_seed_11.png", "02_seed_12.png");
    assertThat(files.get("02_seed_12.png"))
        .isEqualTo(api.get("/generated-images/" + second.getString("relative_path")).bytes());
    assertThat(api.as(api.otherKey()).get("/v1/history/" + batch + "/pictures.zip")).hasToString(NOT_FOUND);
    Answer head = api.send("HEAD", "/v1/history/" + batch + "/pictures.zip", BodyPublishers.noBody());
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo(String.valueOf(answer.bytes().length));
  }

  private String generate(String batch, int index, int seed) {
    return api.generate("""
        {"prompt":"a tree","width":96,"height":64,"num_inference_steps":1,"seed":%d,
         "metadata":{"batch_id":"%s","batch_index":%d,"batch_size":1}}""".formatted(seed, batch, index));
  }

  private String status(String batch) {
    return api.get("/v1/history/" + batch).json().getJsonObject("batch").getString("status");
  }

  private JsonArray page(String query) {
    return api.history(query);
  }
}
