package org.zimage.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Crowd;
import org.zimage.tests.system.SharedSystem;

/** How requests are refused: each body literally. */
@ExtendWith(SharedSystem.class)
class RefusalsIT {
  private static final String GENERATE = "/v1/images/generate";
  private static final String IMAGES = "/v1/images/generations";

  private final Api api;

  RefusalsIT(Api api) {
    this.api = api;
  }

  static Stream<Arguments> wrongFields() {
    return Stream.of(
        wrong("{}", "missing", "prompt", "Field required", "{}"),
        wrong("{'prompt':''}", "string_too_short", "prompt", "String should have at least 1 character", "''"),
        wrong("{'prompt':7}", "string_type", "prompt", "Input should be a valid string", "7"),
        wrong("{'prompt':null}", "string_type", "prompt", "Input should be a valid string", "null"),
        wrong("{'prompt':'a','height':63}", "greater_than_equal", "height",
            "Input should be greater than or equal to 64", "63"),
        wrong("{'prompt':'a','width':2049}", "less_than_equal", "width",
            "Input should be less than or equal to 2048", "2049"),
        wrong("{'prompt':'a','height':'tall'}", "int_parsing", "height",
            "Input should be a valid integer, unable to parse string as an integer", "'tall'"),
        wrong("{'prompt':'a','height':100.5}", "int_from_float", "height",
            "Input should be a valid integer, got a number with a fractional part", "100.5"),
        wrong("{'prompt':'a','height':null}", "int_type", "height", "Input should be a valid integer", "null"),
        wrong("{'prompt':'a','num_inference_steps':0}", "greater_than_equal", "num_inference_steps",
            "Input should be greater than or equal to 1", "0"),
        wrong("{'prompt':'a','num_inference_steps':51}", "less_than_equal", "num_inference_steps",
            "Input should be less than or equal to 50", "51"),
        wrong("{'prompt':'a','guidance_scale':-0.1}", "greater_than_equal", "guidance_scale",
            "Input should be greater than or equal to 0", "-0.1"),
        wrong("{'prompt':'a','guidance_scale':20.5}", "less_than_equal", "guidance_scale",
            "Input should be less than or equal to 20", "20.5"),
        wrong("{'prompt':'a','guidance_scale':[]}", "float_type", "guidance_scale", "Input should be a valid number", "[]"),
        wrong("{'prompt':'a','negative_prompt':1}", "string_type", "negative_prompt", "Input should be a valid string", "1"),
        wrong("{'prompt':'a','cfg_normalization':'x'}", "bool_parsing", "cfg_normalization",
            "Input should be a valid boolean or number, unable to interpret input", "'x'"),
        wrong("{'prompt':'a','cfg_normalization':-1}", "greater_than_equal", "cfg_normalization",
            "Input should be greater than or equal to 0", "-1"),
        wrong("{'prompt':'a','cfg_truncation':'x'}", "float_parsing", "cfg_truncation",
            "Input should be a valid number, unable to parse string as a number", "'x'"),
        wrong("{'prompt':'a','max_sequence_length':1025}", "less_than_equal", "max_sequence_length",
            "Input should be less than or equal to 1024", "1025"),
        wrong("{'prompt':'a','metadata':[]}", "dict_type", "metadata", "Input should be a valid dictionary", "[]"));
  }

  private static Arguments wrong(String body, String type, String field, String message, String input) {
    return Arguments.of(body.replace('\'', '"'), """
        422 {"detail":[{"type":"%s","loc":["body","%s"],"msg":"%s","input":%s}]}"""
        .formatted(type, field, message, input.replace('\'', '"')));
  }

  @ParameterizedTest
  @MethodSource("wrongFields")
  void aWrongFieldIsNamed(String body, String refusal) {
    assertThat(api.post(GENERATE, body)).hasToString(refusal);
  }

  @Test
  void everyWrongFieldIsNamedAtOnce() {
    assertThat(api.post(GENERATE, "{\"prompt\":\"\",\"width\":1}").json().getJsonArray("detail")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"-9223372036854775809", "9223372036854775808", "1e400"})
  void aSeedIsA64BitNumber(String seed) {
    assertThat(api.post(GENERATE, "{\"prompt\":\"a\",\"seed\":" + seed + "}").line())
        .startsWith("422 {\"detail\":[{\"type\":\"").contains("\"loc\":[\"body\",\"seed\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"prompt\":", "{\"prompt\":\"a\"} x", "{'prompt':'a'}", "{\"prompt\":\"a\",\"height\":NaN}",
      "{\"prompt\":\"a\",}", "[", "nul", "{\"prompt\":\"\\ud8\"}"})
  void whatIsNoJsonIsRefusedWhereItEnds(String body) {
    assertThat(api.post(GENERATE, body).line()).matches("422 \\{\"detail\":\\[\\{\"type\":\"json_invalid\","
        + "\"loc\":\\[\"body\",\\d+\\],\"msg\":\"JSON decode error\",\"input\":\\{\\}\\}\\]\\}");
  }

  @Test
  void bytesThatAreNoUtf8AreNoJson() {
    byte[] body = {'{', '"', 'p', '"', ':', '"', (byte) 0xC3, '(', '"', '}'};

    assertThat(api.send("POST", GENERATE, BodyPublishers.ofByteArray(body), "Content-Type", "application/json"))
        .hasToString("422 {\"detail\":[{\"type\":\"json_invalid\",\"loc\":[\"body\",6],\"msg\":\"JSON decode error\",\"input\":{}}]}");
  }

  @Test
  void whatEndsTooEarlyIsRefusedAtItsEnd() {
    assertThat(api.post(GENERATE, " ".repeat(5_000)).line()).contains("\"loc\":[\"body\",5000]");
  }

  @Test
  void endlessNestingIsNoJson() {
    assertThat(api.post(GENERATE, "[".repeat(100_000)).line()).startsWith("422 {\"detail\":[{\"type\":\"json_invalid\"");
    assertThat(api.post(GENERATE, "{\"prompt\":\"a\",\"metadata\":" + "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_001)).status())
        .isEqualTo(422);
  }

  /** More than the server has threads. */
  @Test
  void callersWhoSendSlowlyHoldNobodyUp() throws IOException {
    String body = "{\"prompt\":7}";
    try (Crowd slow = Crowd.connect(api.url(), 300, "POST " + GENERATE + " HTTP/1.1\r\nHost: localhost\r\nX-Auth-Key: " + api.key()
        + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n")) {
      slow.send(body.substring(0, 5));
      assertThat(api.get("/v1/history?limit=1").status()).isEqualTo(200);
      slow.send(body.substring(5));
      assertThat(slow.answers()).allSatisfy(
          answer -> assertThat(answer).startsWith("HTTP/1.1 422 ").contains("Input should be a valid string"));
    }
  }

  @Test
  void aBodyMustBeThereAndBeAnObject() {
    assertThat(api.post(GENERATE, ""))
        .hasToString("422 {\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\"],\"msg\":\"Field required\",\"input\":null}]}");
    assertThat(api.post(GENERATE, "[1]")).hasToString("422 {\"detail\":[{\"type\":\"model_attributes_type\",\"loc\":[\"body\"],"
        + "\"msg\":\"Input should be a valid dictionary or object to extract fields from\",\"input\":[1]}]}");
  }

  @Test
  void metadataMayNotExceed16KiB() {
    String metadata = "{\"a\":\"" + "x".repeat(16 * 1024) + "\"}";

    assertThat(api.post(GENERATE, "{\"prompt\":\"a\",\"metadata\":" + metadata + "}").line())
        .startsWith("422 {\"detail\":[{\"type\":\"value_error\",\"loc\":[\"body\",\"metadata\"],\"msg\":\"Value error, ");
  }

  /** By every door that HTTP has. */
  @Test
  void noAnswerGrowsWithItsRequest() {
    String characters = "\"\\ud800\",".repeat(4_090) + "1";
    String body = "{\"prompt\":\"a\",\"metadata\":{\"a\":[" + characters + "]}}";
    String long1 = "x".repeat(900_000);

    for (Answer answer : List.of(api.post(GENERATE, body), api.post("/mcp", draw(body)),
        api.post(GENERATE, "{\"a\":\"" + long1 + "\"}"), api.post(GENERATE, "{\"prompt\":\"" + long1 + "\"}"),
        api.post(GENERATE, "{\"prompt\":\"a\",\"webhook_url\":\"" + long1 + "\"}"),
        api.post(IMAGES, "{\"prompt\":\"" + long1 + "\"}"),
        api.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":\"" + long1 + "\",\"method\":\"ping\"}"),
        api.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + long1 + "\"}"),
        api.post("/mcp", draw("{}").replace("generate_image", long1)))) {
      assertThat(answer.bytes()).hasSizeLessThan(2_000);
    }
    assertThat(api.post(GENERATE, body).json().getJsonArray("detail")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e1200", "1e999999", "1e131071", "1e-1200"})
  void aNumberThatCannotBeReadAgainIsRefused(String number) {
    String body = "{\"prompt\":\"a\",\"metadata\":{\"x\":" + number + "}}";
    String reason = "a number in metadata must not exceed 1000 digits when it is written out";

    assertThat(api.post(GENERATE, body).line())
        .startsWith("422 {\"detail\":[{\"type\":\"value_error\",\"loc\":[\"body\",\"metadata\"],").contains(reason);
    assertThat(api.post("/mcp", draw(body)).body()).contains(reason, "\"isError\":true");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheBody() {
    String body = "{\"prompt\":\"a\",\"height\":64,\"width\":64,\"num_inference_steps\":1}";

    assertThat(api.post(GENERATE, "\uFEFF" + body).status()).isEqualTo(200);
    assertThat(api.post(IMAGES, "\uFEFF" + body.replace("\"height\":64,\"width\":64", "\"size\":\"64x64\"")).status())
        .isEqualTo(200);
    assertThat(api.post("/mcp", "\uFEFF" + draw(body)).body()).contains("\"isError\":false");
    assertThat(api.post(GENERATE, "\uFEFF").line()).contains("\"type\":\"missing\"");
  }

  @Test
  void theSeedsOfABatchEndAtTheLargest() {
    String body = "{\"prompt\":\"a\",\"seed\":9223372036854775807,\"n\":2,\"count\":2}";

    assertThat(api.post(IMAGES, body)).hasToString("""
        400 {"error":{"message":"seed: Input should be less than or equal to 9223372036854775806",\
        "type":"invalid_request_error","param":"seed","code":"less_than_equal"}}""");
    assertThat(api.post("/mcp", draw(body)).body()).contains("seed: Input should be less than or equal to 9223372036854775806");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4294967297", "0", "5", "1.5", "1e999999999", "18446744073709551617"})
  void aCountIsNeverCutToOneThatFits(String count) {
    assertThat(api.post("/mcp", draw("{\"prompt\":\"a\",\"count\":" + count + "}")).body())
        .contains("count must be a whole number from 1 to 4", "\"isError\":true");
    assertThat(api.post(IMAGES, "{\"prompt\":\"a\",\"n\":" + count.replace("5", "50") + "}").line())
        .startsWith("400 {\"error\":{\"message\":\"n must be a whole number from 1 to 10\"");
  }

  private static String draw(String arguments) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"generate_image\",\"arguments\":"
        + arguments + "}}";
  }

  @Test
  void unknownFieldsAreIgnored() {
    assertThat(api.post(GENERATE, "{\"prompt\":\"a\",\"height\":64,\"width\":64,\"num_inference_steps\":1,\"colour\":1}").status())
        .isEqualTo(200);
  }

  @Test
  void aBodyMayNotExceedOneMebibyte() {
    String body = "{\"prompt\":\"a\",\"other\":\"" + "x".repeat(1024 * 1024) + "\"}";

    assertThat(api.post(GENERATE, body)).hasToString("413 {\"detail\":\"Request Entity Too Large\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data", "json", "/", ";",
      "application/json, text/plain", "application/json;charset=", "application/json;charset=\"utf-8"})
  void aBodyIsJson(String type) {
    assertThat(api.send("POST", GENERATE, BodyPublishers.ofString("{\"prompt\":\"a\"}"), "Content-Type", type))
        .hasToString("415 {\"detail\":\"Unsupported Media Type\"}");
  }

  /** A browser sends these for the page of any site without asking beforehand. */
  @ParameterizedTest
  @ValueSource(strings = {"/v1/images/generate", "/v1/images/generations", "/mcp"})
  void aBodyIsCalledJsonAtEveryDoor(String path) {
    for (String type : new String[] {"text/plain", "application/x-www-form-urlencoded",
        "application/octet-stream", "json"}) {
      assertThat(api.send("POST", path, BodyPublishers.ofString("{\"prompt\":\"a\"}"), "Content-Type", type).status()).as(type)
          .isEqualTo(415);
    }
    assertThat(api.send("POST", path, BodyPublishers.ofString("{\"prompt\":\"a\"}")).status()).as("none").isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/json; charset=utf-8", "application/vnd.mine+json", "Application/JSON"})
  void jsonHasManyNames(String type) {
    assertThat(api.send("POST", GENERATE, BodyPublishers.ofString("{\"prompt\":\"\"}"), "Content-Type", type).status())
        .isEqualTo(422);
  }

  @ParameterizedTest
  @CsvSource({"GET, /v1/images/generate", "PUT, /v1/history", "POST, /health", "DELETE, /v1/tasks/1", "PATCH, /"})
  void aMethodThatIsNotThereIsNamed(String method, String path) {
    Answer answer = api.send(method, path, BodyPublishers.noBody());

    assertThat(answer).hasToString("405 {\"detail\":\"Method Not Allowed\"}");
    assertThat(answer.header("Allow")).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nothing", "/v1", "/v1/", "/v1/images", "/v2/history", "/generated-images", "/generated-images/",
      "/error", "/WEB-INF/web.xml", "/META-INF/MANIFEST.MF", "/application.wadl"})
  void aPathThatIsNotThereIsNotFound(String path) {
    assertThat(api.get(path)).hasToString("404 {\"detail\":\"Not Found\"}");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"If-None-Match | \"", "If-None-Match | W/",
      "If-Match | x y", "If-Modified-Since | yesterday", "If-Modified-Since | Mon, 99 Foo 99999 99:99:99 GMT",
      "If-Unmodified-Since | 0", "If-Range | \"", "Range | bytes=9999999999999999-", "Accept | ;;",
      "Accept | text/html;q=x", "Accept-Language | ;;q=9", "Content-Type | ;", "Content-Type | application/json; charset=nope",
      "Last-Event-ID | 99999999999999999999999", "Cookie | =;\"", "Idempotency-Key | \"", "traceparent | 00-x"})
  void aHeaderThatNobodyUnderstandsIsNoFaultOfTheServer(String header, String value) {
    String task = api.generate("{\"prompt\":\"a\",\"height\":64,\"width\":64,\"num_inference_steps\":1}");
    String picture = "/generated-images/" + api.awaitResult(task).getString("relative_path");

    for (String path : List.of(picture, "/v1/history?limit=1", "/v1/tasks/" + task, "/v1/models", "/ui/", "/openapi",
        "/mcp")) {
      assertThat(api.get(path, header, value).status()).as(path).isLessThan(500);
    }
    for (String path : List.of(GENERATE, IMAGES)) {
      assertThat(api.send("POST", path, BodyPublishers.ofString("{\"prompt\":7}"), header, value).status()).as(path)
          .isBetween(400, 499);
    }
  }

  /** NUL, half a character, numbers and dates beyond every type. */
  @ParameterizedTest
  @ValueSource(strings = {"/v1/history?q=%00", "/v1/history?q=%ff", "/v1/history?limit=%00", "/v1/history?offset=1e999",
      "/v1/history?offset=9223372036854775807&limit=-9223372036854775808", "/v1/history?status=%00",
      "/v1/history?from=%00", "/v1/history?to=0000-00-00",
      "/v1/history?before=999999999999999999_0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a", "/v1/history/%00",
      "/v1/tasks/%00", "/v1/tasks/%00/events", "/v1/tasks/%00/webhooks", "/v1/models/%00", "/v1/models/%ff", "/generated-images/%00.png", "/generated-images/20260101/%00",
      "/v1/history/00000000-0000-0000-0000-000000000000/pictures.zip", "/ui/%00", "/v1/history?auth_key=%00"})
  void anAddressThatMeansNothingIsNoFaultOfTheServer(String address) {
    assertThat(api.get(address).status()).isLessThan(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"b0e4aaf0bfa7421b9cb94c624c7fd139", "b0e4aaf0-bfa7-421b-9cb9-4c624c7fd139", "x", "%20", "a%2Fb",
      "%F0%9F%90%88", "'%20OR%201=1--"})
  void aTaskThatIsNotThereIsNotFound(String task) {
    assertThat(api.get("/v1/tasks/" + task)).hasToString("404 {\"detail\":\"Task not found\"}");
    assertThat(api.post("/v1/tasks/" + task + "/cancel", "")).hasToString("404 {\"detail\":\"Task not found\"}");
  }
}
