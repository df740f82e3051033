package org.zimage.tests.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;

/** What an answer tells browsers and attackers besides its body. */
@ExtendWith(SharedSystem.class)
class BrowserProtectionIT {
  private static final String BARE_POLICY = "default-src 'none'; frame-ancestors 'none'";

  private final Api api;

  BrowserProtectionIT(Api api) {
    this.api = api;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/health", "/v1/history", "/v1/tasks/x", "/v1/system", "/nothing", "/error",
      "/WEB-INF/web.xml", "/generated-images/20260101/000000_00000000000000000000000000000000.png"})
  void everyAnswerMayOnlyBeRead(String path) {
    Answer answer = api.get(path);

    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(answer.header("Content-Security-Policy")).isEqualTo(BARE_POLICY);
  }

  @Test
  void thePageKeepsItsOwnPolicy() {
    assertThat(api.get("/ui/").header("Content-Security-Policy"))
        .contains("script-src 'self'", "frame-ancestors 'none'");
  }

  @Test
  void otherSitesMayShowPicturesAndNothingElse() {
    String task = api.generate("{\"prompt\":\"a red circle\",\"height\":64,\"width\":64,\"num_inference_steps\":1}");
    Answer picture = api.as(null).get("/generated-images/" + api.awaitResult(task).getString("relative_path"));

    assertThat(picture.status()).isEqualTo(200);
    assertThat(picture.header("Cross-Origin-Resource-Policy")).isEqualTo("cross-origin");
    assertThat(picture.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(api.get("/v1/tasks/" + task).header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
    assertThat(api.get("/ui/").header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1", "GET /nothing HTTP/1.1", "TRACE / HTTP/1.1", "TRACE /v1/history HTTP/1.1",
      "GET /a\u0001b HTTP/1.1", "GET / HTTP/9.9", "nonsense"})
  void noAnswerTellsWhatServerThisIs(String requestLine) throws IOException {
    String answer = exchange(requestLine
        + "\r\nHost: localhost\r\nX-Auth-Key: never-repeated\r\nConnection: close\r\n\r\n");

    assertThat(answer).doesNotContainIgnoringCase("payara").doesNotContainIgnoringCase("grizzly")
        .doesNotContainIgnoringCase("glassfish").doesNotContainIgnoringCase("x-powered-by").doesNotContain("\nServer:")
        .doesNotContain("never-repeated").doesNotContain("\tat ");
  }

  @Test
  void anAnswerToARequestWhoseBodyCameLaterIsProtectedToo() throws IOException {
    String answer = exchange("POST /v1/images/generate HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Auth-Key: "
        + api.key() + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", "2\r\n{}\r\n", "0\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 422 ").containsOnlyOnce("X-Content-Type-Options: nosniff")
        .containsOnlyOnce("Cross-Origin-Resource-Policy: same-origin");
  }

  @Test
  void theBodyOfATraceIsNotTakenForTheNextRequest() throws IOException {
    String body = "GET /v1/system HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String answer = exchange("TRACE /v1/images/generate HTTP/1.1\r\nHost: localhost\r\nX-Auth-Key: " + api.key()
        + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

    assertThat(answer).startsWith("HTTP/1.1 405 ").containsOnlyOnce("HTTP/1.1 ");
  }

  @Test
  void aTraceIsRefusedWhetherItsBodyComesWithItsHeadOrLater() throws IOException {
    for (int i = 0; i < 20; i++) {
      String answer = exchange("TRACE /v1/images/generate HTTP/1.1\r\nHost: localhost\r\nX-Auth-Key: " + api.key()
          + "\r\nContent-Length: 2\r\n\r\n", "{}");

      assertThat(answer).startsWith("HTTP/1.1 405 ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"})
  void aBodyWhoseEndIsNotClearEndsTheConnection(String headers) throws IOException {
    String answer = exchange("POST /v1/images/generate HTTP/1.1\r\nHost: localhost\r\nX-Auth-Key: " + api.key()
        + "\r\nContent-Type: application/json\r\n" + headers + "\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
        + "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1 ");
  }

  private String exchange(String... parts) throws IOException {
    URI server = URI.create(api.url());
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(10_000);
      socket.setTcpNoDelay(true);
      for (String part : parts) {
        socket.getOutputStream().write(part.getBytes(ISO_8859_1));
      }
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
