package org.zimage.tests.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.RunningSystem;
import org.zimage.tests.system.SharedSystem;

/** Callers who leave before they have read their answer, or ask for what the server itself fails on. */
@ExtendWith(SharedSystem.class)
class RequestsInLogIT {
  private static final int CALLERS = 100;
  private static final int MOST_BYTES = 5_000;

  private final RunningSystem system;
  private final Api api;

  RequestsInLogIT(RunningSystem system, Api api) {
    this.system = system;
    this.api = api;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi", "/metrics", "/ui/api.js", "/v1/history"})
  void whoLeavesBeforeTheAnswerIsReadLeavesNothingInTheLog(String path) throws IOException {
    Path log = system.folder("logs/payara.log");
    long before = Files.size(log);
    for (int i = 0; i < CALLERS; i++) {
      askAndLeave(path);
    }
    assertThat(api.get(path).status()).isLessThan(500);

    assertThat(written(log, before)).hasSizeLessThan(MOST_BYTES);
  }

  @Test
  void whoLeavesWhileItsPicturesAreDrawnLeavesNothingInTheLog() throws Exception {
    Path log = system.folder("logs/payara.log");
    long before = Files.size(log);
    String order = "{\"prompt\":\"a hill\",\"size\":\"64x64\",\"num_inference_steps\":1,\"stream\":false}";
    for (int i = 0; i < CALLERS; i++) {
      sendAndLeave("POST /v1/images/generations HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: " + order.length(), order,
          i % 20);
    }
    await().atMost(Duration.ofMinutes(1)).until(this::nothingWaits);

    assertThat(written(log, before)).hasSizeLessThan(MOST_BYTES);
  }

  /**
   * Grizzly reads behind the end of a path that ends in a dot and is longer than those before it: docs/security.md. Another test may have
   * met that within this minute, so the line may be older than this test.
   */
  @Test
  void whatTheServerItselfFailsOnIsALineAtMost() throws IOException {
    Path log = system.folder("logs/payara.log");
    long before = Files.size(log);
    for (int length = 1_000; length < 1_000 + CALLERS; length++) {
      assertThat(api.get("/v1/" + "a".repeat(length) + "/.").bytes()).isEmpty();
    }

    await().untilAsserted(() -> assertThat(written(log, 0)).contains("The server failed on a request before it asked the application"));
    assertThat(written(log, before)).hasSizeLessThan(MOST_BYTES).doesNotContain("\tat ");
  }

  private static String written(Path log, long before) throws IOException {
    byte[] all = Files.readAllBytes(log);
    return new String(all, (int) before, all.length - (int) before, UTF_8);
  }

  private boolean nothingWaits() {
    JsonObject system = api.get("/v1/system").json();
    return system.getInt("queue_depth") + system.getInt("running") == 0;
  }

  private void askAndLeave(String path) throws IOException {
    sendAndLeave("GET " + path + " HTTP/1.1", "", 0);
  }

  private void sendAndLeave(String head, String body, int afterMillis) throws IOException {
    URI server = URI.create(api.url());
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoLinger(true, 0); // closed with a reset
      socket.getOutputStream().write((head + "\r\nHost: " + server.getAuthority() + "\r\nX-Auth-Key: " + api.key() + "\r\n\r\n" + body)
          .getBytes(ISO_8859_1));
      LockSupport.parkNanos(Duration.ofMillis(afterMillis).toNanos());
    }
  }
}
