package org.zimage.tests.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.PythonScript;
import org.zimage.tests.system.SharedSystem;

/** Assistants that draw, with the protocol's official client in Python. */
@ExtendWith(SharedSystem.class)
class McpIT {
  private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

  private final Api api;

  McpIT(Api api) {
    this.api = api;
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "legacy"})
  void theToolsAreListed(String mode) {
    JsonObject answer = client(mode, "tools");

    assertThat(answer.getString("version")).isEqualTo(mode.equals("auto") ? "2026-07-28" : "2025-11-25");
    assertThat(answer.getJsonArray("names").getValuesAs(JsonString::getString))
        .containsExactly("generate_image", "edit_image", "look_up_task", "list_pictures", "verify_image", "list_models");
  }

  @Test
  void aHostThatIsNoneStopsNoTool() {
    String task = api.generate("{\"prompt\":\"a\",\"width\":64,\"height\":64,\"num_inference_steps\":1}");
    String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"look_up_task\",\"arguments\":{\"task_id\":\""
        + task + "\"}}}";

    Answer answer = api.send("POST", "/mcp", BodyPublishers.ofString(call), "Content-Type", "application/json", "X-Forwarded-Host", "]");

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains(task);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "legacy"})
  void picturesAreDrawnWithProgress(String mode) {
    String prompt = "an assistant's " + UUID.randomUUID();
    JsonObject answer = client(mode, "draw",
        "{\"prompt\":\"%s\",\"count\":2,\"width\":512,\"height\":512,\"num_inference_steps\":10,\"seed\":5}".formatted(
            prompt));

    assertThat(answer.getBoolean("failed")).as(answer.toString()).isFalse();
    JsonArray pictures = answer.getJsonObject("content").getJsonArray("pictures");
    assertThat(pictures).extracting(picture -> picture.asJsonObject().getInt("seed")).containsExactly(5, 6);
    assertThat(answer.getJsonArray("previews").getValuesAs(JsonString::getString)).containsExactly("WEBP", "WEBP");
    assertThat(pictures.getJsonObject(0).getString("png")).startsWith(api.url() + "/generated-images/");
    assertThat(answer.getJsonArray("progress").getValuesAs(JsonArray.class))
        .extracting(news -> news.getJsonNumber(0).intValue()).hasSizeGreaterThan(5).isSorted();

    JsonObject found = client(mode, "call", "look_up_task", "{\"task_id\":\"" + pictures.getJsonObject(1)
        .getString("task_id") + "\"}");
    assertThat(found.getJsonObject("content").getString("status")).isEqualTo("SUCCESS");
    JsonObject listed = client(mode, "call", "list_pictures", "{\"query\":\"" + prompt + "\"}");
    assertThat(listed.getJsonObject("content").getJsonArray("batches")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "legacy"})
  void aPictureIsEdited(String mode) {
    JsonObject drawn = client(mode, "draw", "{\"prompt\":\"a red circle\",\"width\":96,\"height\":64,\"num_inference_steps\":1}");
    String task = drawn.getJsonObject("content").getJsonArray("pictures").getJsonObject(0).getString("task_id");

    JsonObject edited = client(mode, "call", "edit_image",
        "{\"prompt\":\"a blue circle\",\"image\":\"task:%s\",\"num_inference_steps\":2}".formatted(task));

    JsonObject picture = edited.getJsonObject("content").getJsonArray("pictures").getJsonObject(0);
    assertThat(picture.getInt("width")).isEqualTo(96);
    assertThat(api.awaitResult(picture.getString("task_id")).getString("image")).isEqualTo("task:" + task);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "legacy"})
  void anAssistantThatGivesUpHasItsPictureCancelled(String mode) {
    String word = "w" + UUID.randomUUID().toString().replace("-", "");

    client(mode, "give_up",
        "{\"prompt\":\"%s\",\"width\":2048,\"height\":2048,\"num_inference_steps\":50}".formatted(word));

    await("the cancellation").atMost(Duration.ofSeconds(10)).until(
        () -> api.history("?q=" + word).getJsonObject(0).getString("status").equals("FAILURE"));
  }

  @Test
  void whatIsWrongIsSaidToTheAssistant() {
    assertThat(client("auto", "draw", "{\"prompt\":\"\"}").getJsonArray("text").getString(0))
        .contains("at least 1 character");
    assertThat(client("auto", "draw", "{\"prompt\":\"x\",\"count\":9}").getJsonArray("text").getString(0))
        .contains("from 1 to 4");
    assertThat(client("auto", "call", "look_up_task", "{\"task_id\":\"nothing\"}").getString("text"))
        .isEqualTo("Task not found");
  }

  @Test
  void theProtocolIsKept() {
    assertThat(api.as(null).post("/mcp", PING)).hasToString("401 {\"detail\":\"Missing API auth key\"}");
    assertThat(api.post("/mcp", PING).body()).isEqualTo("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n");
    assertThat(api.post("/mcp", PING.replace("ping", "sing")).body()).contains("\"error\":{\"code\":-32601");
    assertThat(api.post("/mcp", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}").status())
        .isEqualTo(202);
    assertThat(api.post("/mcp", "{").status()).isEqualTo(422);
    assertThat(api.get("/mcp").status()).isEqualTo(405);
    assertThat(api.post("/mcp", PING, "Origin", "http://elsewhere.example").status()).isEqualTo(403);
    assertThat(api.post("/mcp", PING, "Origin", api.url()).status()).isEqualTo(200);
  }

  @Test
  void anUnknownVersionOfTheProtocolIsRefused() {
    assertThat(api.post("/mcp", PING, "MCP-Protocol-Version", "1999-01-01")).hasToString("""
        400 {"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Unsupported protocol version: 1999-01-01 \
        (supported: 2025-03-26, 2025-06-18, 2025-11-25, 2026-07-28)"}}""");
    assertThat(api.post("/mcp", PING, "MCP-Protocol-Version", "2025-11-25").status()).isEqualTo(200);
  }

  @Test
  void aBatchIsAnsweredByABatch() {
    String batch = "[%s,{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"},7,%s]".formatted(PING,
        PING.replace(":1,", ":2,").replace("ping", "sing"));

    Answer answer = api.post("/mcp", batch);

    assertThat(answer.status()).isEqualTo(200);
    try (JsonReader reader = Json.createReader(new StringReader(answer.body().replaceFirst("^data: ", "")))) {
      assertThat(reader.readArray()).extracting(Object::toString).containsExactlyInAnyOrder(
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
          "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"Invalid Request\"}}",
          "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32601,\"message\":\"Method not found: sing\"}}");
    }
  }

  @Test
  void aBatchOfNotificationsIsTakenWithoutAnAnswer() {
    assertThat(api.post("/mcp", "[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}]")).hasToString("202 ");
  }

  @Test
  void picturesOfABatchAreAnsweredTogether() {
    String draw = """
        {"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"generate_image",\
        "arguments":{"prompt":"a batch","width":64,"height":64,"num_inference_steps":1}}}""";

    String answer = api.post("/mcp", "[" + draw.formatted(1) + "," + draw.formatted(2) + "]").body();

    assertThat(answer).startsWith("data: [").contains("\"id\":1", "\"id\":2").doesNotContain("\"isError\":true");
  }

  @Test
  void otherBatchesAreRefused() {
    assertThat(api.post("/mcp", "[]").status()).isEqualTo(400);
    assertThat(api.post("/mcp", "[" + (PING + ",").repeat(16) + PING + "]").status()).isEqualTo(400);
    for (String later : List.of("2025-06-18", "2025-11-25", "2026-07-28")) {
      Answer answer = api.post("/mcp", "[" + PING + "]", "MCP-Protocol-Version", later);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().getJsonObject("error").getString("message")).contains("2025-03-26");
    }
    assertThat(api.post("/mcp", "[" + PING.replace("ping", "initialize") + "]").body()).contains("send it alone");
  }

  private JsonObject client(String mode, String what, String... arguments) {
    String[] all = new String[arguments.length + 4];
    all[0] = api.url();
    all[1] = api.key();
    all[2] = mode;
    all[3] = what;
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return PythonScript.run("mcp_client.py", all);
  }
}
