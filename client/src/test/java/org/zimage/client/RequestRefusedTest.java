package org.zimage.client;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestRefusedTest {
  @Test
  void aSentenceIsTakenOver() {
    RequestRefused refused = RequestRefused.by(429, "{\"detail\":\"Too many requests\"}", "12");

    assertThat(refused).hasMessage("429: Too many requests");
    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(12));
    assertThat(refused.problems()).isEmpty();
  }

  @Test
  void problemsBecomeOneLine() {
    RequestRefused refused = RequestRefused.by(422, """
        {"detail":[{"type":"missing","loc":["body","prompt"],"msg":"Field required","input":null},
         {"type":"int_type","loc":["body","width"],"msg":"Input should be a valid integer","input":{"a":1}}]}""", null);

    assertThat(refused.detail()).isEqualTo("prompt: Field required; width: Input should be a valid integer");
    assertThat(refused.problems().get(0))
        .isEqualTo(new FieldProblem("missing", List.of("body", "prompt"), "Field required", JsonValue.NULL));
    assertThat(refused.retryAfter()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "502 | <html>Bad gateway</html> | Bad Gateway",
      "404 | '' | Not Found",
      "418 | no json | no reason was given",
      "500 | [1,2] | Internal Server Error",
      "400 | {\"error\":{\"message\":\"no\"}} | {\"error\":{\"message\":\"no\"}}"})
  void whoeverAnswersThereIsAReason(int status, String body, String detail) {
    assertThat(RequestRefused.by(status, body, null).detail()).isEqualTo(detail);
  }

  @Test
  void thePointInTimeToAskAgainMayBeADate() {
    assertThat(RequestRefused.by(503, "", "Wed, 21 Oct 2099 07:28:00 GMT").retryAfter())
        .hasValueSatisfying(pause -> assertThat(pause.toDays()).isGreaterThan(365));
    assertThat(RequestRefused.by(503, "", "soon").retryAfter()).isEmpty();
  }
}
