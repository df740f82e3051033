package org.zimage.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;

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
    for (int i = 0; i < 20; i++) {
      HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
      HttpRequest request = HttpRequest.newBuilder(URI.create(api.url() + "/v1/images/generate"))
          .header("Content-Type", "application/json").timeout(Duration.ofSeconds(10))
          .POST(BodyPublishers.ofString("{\"prompt\":\"\"}")).build();

      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());

      assertThat(answer.body()).isEqualTo("{\"detail\":\"Missing API auth key\"}");
    }
  }

  /** What curl sends with {@code --http2}: a body that takes longer than the server's agreement would. */
  @ParameterizedTest
  @CsvSource({"h2c, 2", "h2c, 100000", "h2c, 900000", "websocket, 2", "anything, 100000"})
  void whoeverOffersAnotherProtocolIsAnsweredInThisOne(String protocol, int length) throws IOException {
    String body = "{" + " ".repeat(length - 2) + "}";

    assertThat(offer(protocol, "Content-Length: " + length + "\r\n\r\n", body.substring(0, length / 2), body.substring(length / 2)))
        .startsWith("HTTP/1.1 401 ").contains("Connection: close").endsWith("{\"detail\":\"Missing API auth key\"}");
  }

  @Test
  void whoeverOffersAnotherProtocolMaySendChunks() throws IOException {
    assertThat(offer("h2c", "Transfer-Encoding: chunked\r\n\r\n", "1\r\n{\r\n", "1;extension\r\n}\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 401 ");
    assertThat(offer("h2c", "Transfer-Encoding: chunked\r\n\r\n", "no chunk\r\n")).startsWith("HTTP/1.1 408 ");
  }

  @Test
  void whoeverOffersAnotherProtocolNeedsNoBody() throws IOException {
    assertThat(offer("h2c", "\r\n")).startsWith("HTTP/1.1 401 ");
  }

  private String offer(String protocol, String... parts) throws IOException {
    URI address = URI.create(api.url());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(10_000);
      socket.setTcpNoDelay(true);
      send(socket, "POST /v1/images/generate HTTP/1.1\r\nHost: " + address.getAuthority()
          + "\r\nContent-Type: application/json\r\nConnection: Upgrade, HTTP2-Settings\r\n"
          + "Upgrade: " + protocol + "\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n");
      for (String part : parts) {
        send(socket, part);
      }
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/health", "/openapi", "/openapi?format=json", "/ui/", "/ui/page.css", "/nothing"})
  void headSaysHowLongTheAnswerWouldBe(String path) {
    Answer head = api.send("HEAD", path, BodyPublishers.noBody());

    assertThat(head.bytes()).isEmpty();
    assertThat(head.header("Content-Length")).isEqualTo(String.valueOf(api.get(path).bytes().length));
  }

  @Test
  void headOfWhatChangesAllTheTimeIsNotEmpty() {
    assertThat(Integer.parseInt(api.send("HEAD", "/metrics", BodyPublishers.noBody()).header("Content-Length"))).isGreaterThan(10_000);
  }

  @Test
  void aPageThatIsCompressedHasATagOfItsOwn() {
    Answer plain = api.get("/ui/page.css");
    Answer compressed = api.get("/ui/page.css", "Accept-Encoding", "gzip");

    assertThat(compressed.header("Content-Encoding")).isEqualTo("gzip");
    assertThat(compressed.header("ETag")).isNotEqualTo(plain.header("ETag"));
    assertThat(api.get("/ui/page.css", "Accept-Encoding", "gzip;q=0").header("Content-Encoding")).isNull();
    assertThat(api.get("/ui/page.css", "If-None-Match", plain.header("ETag")).status()).isEqualTo(304);
    assertThat(api.get("/ui/page.css", "If-None-Match", compressed.header("ETag")).status()).isEqualTo(200);
  }

  @Test
  void everyAnswerIsJsonWhateverTheCallerAccepts() {
    assertThat(api.get("/health", "Accept", "text/html").header("Content-Type")).isEqualTo("application/json");
    assertThat(api.get("/health", "Accept", "image/png").status()).isEqualTo(200);
  }
}
