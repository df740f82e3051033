package org.zimage.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
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
  void aClientThatOffersHttp2IsServed() throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    for (int i = 0; i < 3; i++) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(api.url() + "/v1/images/generate"))
          .header("Content-Type", "application/json").timeout(Duration.ofSeconds(10))
          .POST(BodyPublishers.ofString("{\"prompt\":\"\"}")).build();

      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());

      assertThat(answer.body()).isEqualTo("{\"detail\":\"Missing API auth key\"}");
    }
  }

  @Test
  void everyAnswerIsJsonWhateverTheCallerAccepts() {
    assertThat(api.get("/health", "Accept", "text/html").header("Content-Type")).isEqualTo("application/json");
    assertThat(api.get("/health", "Accept", "image/png").status()).isEqualTo(200);
  }
}
