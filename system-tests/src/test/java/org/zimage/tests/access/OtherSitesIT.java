package org.zimage.tests.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.RunningSystem;
import org.zimage.tests.system.SharedSystem;
import org.zimage.tests.system.WithoutKeys;

/** What a browser may ask a server without keys for, on behalf of which page. */
@WithoutKeys
@ExtendWith(SharedSystem.class)
class OtherSitesIT {
  private static final String PICTURE = "{\"prompt\":\"a star\",\"width\":64,\"height\":64,\"num_inference_steps\":1}";
  private static final String REFUSED_HOST = "Without keys, requests to this Host are refused: name it in ZIMAGE_ALLOWED_HOSTS, "
      + "or set API_ENABLE_AUTH=true";
  private static final String REFUSED_PAGE =
      "403 {\"detail\":\"Pages of this Origin are refused: name it in ZIMAGE_CORS_ORIGINS\"}";

  private final RunningSystem system;
  private final Api api;

  OtherSitesIT(RunningSystem system, Api api) {
    this.system = system;
    this.api = api;
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000"})
  void aNameThatLeadsHereByChanceIsRefused(String host) throws IOException {
    assertThat(exchange("GET /v1/history", host)).startsWith("HTTP/1.1 403 ").contains("{\"detail\":\"" + REFUSED_HOST + "\"}");
    assertThat(exchange("POST /mcp", host, "Origin: http://" + host, "Content-Type: application/json")).startsWith("HTTP/1.1 403 ");
    assertThat(exchange("POST /v1/images/generate", host, "Origin: http://" + host, "Sec-Fetch-Site: same-origin",
        "Content-Type: application/json")).startsWith("HTTP/1.1 403 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "localhost:8000", "127.0.0.1:1", "10.0.0.7:8080", "[::1]:8000", "images.example",
      "Images.Example:443"})
  void addressesAndKnownNamesLeadHere(String host) throws IOException {
    assertThat(exchange("GET /v1/history?limit=1", host)).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/health", "/health/ready", "/metrics", "/openapi", "/ui/"})
  void monitorsMayUseAnyName(String path) throws IOException {
    assertThat(exchange("GET " + path, "web-1:8000")).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example", "null", "http://localhost:1", "http://127.0.0.1:1", "https://studio.example.evil.example"})
  void pagesOfOtherSitesNeitherDrawNorRead(String origin) {
    assertThat(api.post("/v1/images/generate", PICTURE, "Origin", origin)).hasToString(REFUSED_PAGE);
    assertThat(api.post("/v1/images/generations", PICTURE, "Origin", origin).status()).isEqualTo(403);
    assertThat(api.post("/mcp", "{}", "Origin", origin)).hasToString(REFUSED_PAGE);
    assertThat(api.post("/v1/tasks/x/cancel", "", "Origin", origin)).hasToString(REFUSED_PAGE);
    assertThat(api.get("/v1/history", "Origin", origin)).hasToString(REFUSED_PAGE);
    assertThat(api.send("DELETE", "/v1/history/x", BodyPublishers.noBody(), "Origin", origin)).hasToString(REFUSED_PAGE);
    assertThat(api.get("/v1/history", "Origin", origin).header("Access-Control-Allow-Origin")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site"})
  void aBrowserSaysItself(String site) {
    assertThat(api.post("/v1/images/generate", PICTURE, "Sec-Fetch-Site", site)).hasToString(REFUSED_PAGE);
    assertThat(api.post("/v1/images/generate", PICTURE, "Sec-Fetch-Site", site, "Origin", api.url())).hasToString(REFUSED_PAGE);
    assertThat(api.get("/v1/history?limit=1", "Sec-Fetch-Site", site).status()).as("a link").isEqualTo(200);
  }

  @Test
  void theServersOwnPageMayDoEverything() {
    assertThat(api.post("/v1/images/generate", PICTURE, "Origin", api.url()).status()).isEqualTo(200);
    assertThat(api.post("/v1/images/generate", PICTURE, "Origin", api.url(), "Sec-Fetch-Site", "same-origin").status()).isEqualTo(200);
  }

  @Test
  void theOwnPageBehindAProxyMay() {
    assertThat(api.post("/v1/images/generate", PICTURE, "Origin", "https://images.example", "X-Forwarded-Host",
        "images.example").status()).as("the proxy names the host").isEqualTo(200);
    assertThat(api.post("/v1/images/generate", PICTURE, "Origin", "https://images.example", "Sec-Fetch-Site",
        "same-origin").status()).as("the browser says so").isEqualTo(200);
  }

  @Test
  void pagesThatAreNamedMayDoEverythingFromTheirBrowsers() {
    String origin = "https://studio.example";

    for (String path : new String[] {"/v1/history?limit=1", "/health", "/metrics", "/nothing", "/v1/tasks/none"}) {
      Answer answer = api.get(path, "Origin", origin, "Sec-Fetch-Site", "cross-site");
      assertThat(answer.header("Access-Control-Allow-Origin")).as(path).isEqualTo(origin);
      assertThat(answer.header("Access-Control-Expose-Headers")).contains("Link", "Retry-After", "Mcp-Session-Id");
      assertThat(answer.header("Vary")).contains("Origin");
    }
    assertThat(api.post("/v1/images/generate", PICTURE, "Origin", origin, "Sec-Fetch-Site", "cross-site").status()).isEqualTo(200);
    assertThat(api.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}", "Origin", origin).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"/v1/images/generate,POST", "/v1/images/generations,POST", "/mcp,POST", "/v1/history/x,DELETE", "/v1/history,GET"})
  void whatABrowserAsksBeforehandIsAnswered(String path, String method) {
    Answer answer = api.send("OPTIONS", path, BodyPublishers.noBody(), "Origin", "https://studio.example",
        "Access-Control-Request-Method", method, "Access-Control-Request-Headers", "x-auth-key,content-type");

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://studio.example");
    assertThat(answer.header("Access-Control-Allow-Methods")).contains(method);
    assertThat(answer.header("Access-Control-Allow-Headers")).contains("X-Auth-Key", "Authorization", "Content-Type",
        "Idempotency-Key", "MCP-Protocol-Version", "Mcp-Session-Id", "Last-Event-ID");
  }

  @Test
  void aPageOfAnotherSiteIsToldNothingBeforehand() {
    Answer answer = api.send("OPTIONS", "/v1/images/generate", BodyPublishers.noBody(), "Origin", "https://evil.example",
        "Access-Control-Request-Method", "POST");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
    assertThat(answer.header("Access-Control-Allow-Methods")).isNull();
  }

  private String exchange(String requestLine, String host, String... headers) throws IOException {
    URI server = URI.create(api.url());
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(30_000);
      String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
      socket.getOutputStream().write((requestLine + " HTTP/1.1\r\nHost: " + host + "\r\n" + more
          + "Content-Length: 0\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
