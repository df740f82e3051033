package org.zimage.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every error body literally: existing clients read them. */
class ErrorsIT {
  private final Api api = new Api(RunningSystem.shared());

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{} | {\"type\":\"missing\",\"loc\":[\"body\",\"prompt\"],\"msg\":\"Field required\",\"input\":{}}",
      "{\"prompt\":\"\"} | {\"type\":\"string_too_short\",\"loc\":[\"body\",\"prompt\"],\"msg\":\"String should have at least 1 character\",\"input\":\"\"}",
      "{\"prompt\":\"x\",\"height\":63} | {\"type\":\"greater_than_equal\",\"loc\":[\"body\",\"height\"],\"msg\":\"Input should be greater than or equal to 64\",\"input\":63}",
      "{\"prompt\":\"x\",\"width\":2049} | {\"type\":\"less_than_equal\",\"loc\":[\"body\",\"width\"],\"msg\":\"Input should be less than or equal to 2048\",\"input\":2049}",
      "{\"prompt\":\"x\",\"num_inference_steps\":51} | {\"type\":\"less_than_equal\",\"loc\":[\"body\",\"num_inference_steps\"],\"msg\":\"Input should be less than or equal to 50\",\"input\":51}",
      "{\"prompt\":\"x\",\"guidance_scale\":-1} | {\"type\":\"greater_than_equal\",\"loc\":[\"body\",\"guidance_scale\"],\"msg\":\"Input should be greater than or equal to 0\",\"input\":-1}"})
  void namesTheFieldThatIsWrong(String body, String problem) {
    Api.Answer answer = api.post("/v1/images/generate", body);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body()).isEqualTo("{\"detail\":[" + problem + "]}");
  }

  @Test
  void refusesWhatIsNoJson() {
    Api.Answer answer = api.post("/v1/images/generate", "{\"prompt\": ");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().getJsonArray("detail").getJsonObject(0).getString("type")).isEqualTo("json_invalid");
  }

  @Test
  void refusesABodyOfMoreThanAMebibyte() {
    Api.Answer answer = api.post("/v1/images/generate", "{\"prompt\":\"" + "x".repeat(1 << 20) + "\"}");

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.json().containsKey("detail")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/tasks/00000000000000000000000000000000", "/v1/tasks/nonsense", "/v1/tasks/%E2%98%83"})
  void doesNotKnowATaskThatIsNone(String path) {
    Api.Answer answer = api.get(path);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("{\"detail\":\"Task not found\"}");
  }

  @Test
  void doesNotKnowARouteThatIsNone() {
    Api.Answer answer = api.get("/v1/nonsense");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("{\"detail\":\"Not Found\"}");
  }

  @Test
  void allowsOnlyTheMethodsOfARoute() {
    Api.Answer answer = api.send(api.request("/v1/images/generate").DELETE());

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.body()).isEqualTo("{\"detail\":\"Method Not Allowed\"}");
  }

  @Test
  void wantsJson() {
    Api.Answer answer = api.send(api.request("/v1/images/generate").header("Content-Type", "text/plain")
        .POST(HttpRequest.BodyPublishers.ofString("a red circle")));

    assertThat(answer.status()).isIn(415, 422);
    assertThat(answer.json().containsKey("detail")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/generated-images/../run/state.json", "/generated-images/%2e%2e/run/state.json",
      "/generated-images/..%2frun%2fstate.json", "/generated-images/..%5crun%5cstate.json", "/generated-images/20250101/none.png",
      "/generated-images/", "/generated-images/20250101%00.png"})
  void servesNothingOutsideTheImageStore(String path) {
    Api.Answer answer = api.get(path);

    assertThat(answer.status()).isBetween(400, 404);
    assertThat(answer.body()).doesNotContain("launcher");
  }
}
