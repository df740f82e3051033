package org.zimage.tests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What needs no key and no body. */
@ExtendWith(SharedSystem.class)
class WelcomeIT {
  private final Api api;

  WelcomeIT(Api api) {
    this.api = api.as(null);
  }

  @Test
  void theRootSaysThatTheServiceRuns() {
    Answer answer = api.get("/");

    assertThat(answer).hasToString("200 {\"message\":\"Z-Image API is running\"}");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void healthIsOkInItsEnvironment() {
    assertThat(api.get("/health").line()).matches("200 \\{\"status\":\"ok\",\"environment\":\"[^\"]+\"\\}");
  }

  @Test
  void theNodeLivesAndIsReady() {
    assertThat(api.get("/health/live").status()).isEqualTo(200);
    assertThat(api.get("/health/ready").status()).isEqualTo(200);
  }

  @Test
  void everyAnswerIsJsonWhateverTheCallerAccepts() {
    assertThat(api.get("/health", "Accept", "text/html").header("Content-Type")).isEqualTo("application/json");
    assertThat(api.get("/health", "Accept", "image/png").status()).isEqualTo(200);
  }
}
