package org.zimage.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What needs no key and no body. */
@ExtendWith(SharedSystem.class)
class WelcomeIT {
  private static final int HEADERS = 1;
  private static final String NO_SETTINGS = "\0\0\0\4\0\0\0\0\0";

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

  @Test
  void aBodyThatComesAfterTheUpgradeToHttp2IsAnswered() throws IOException {
    URI address = URI.create(api.url());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(10_000);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      send(socket, "POST /v1/images/generate HTTP/1.1\r\nHost: " + address.getAuthority()
          + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: Upgrade, HTTP2-Settings\r\n"
          + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n\r\n");
      StringBuilder switched = new StringBuilder();
      while (switched.indexOf("\r\n\r\n") < 0) {
        switched.append((char) in.readUnsignedByte());
      }
      assertThat(switched).startsWith("HTTP/1.1 101 ");

      send(socket, "{}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + NO_SETTINGS);

      assertThat(Stream.generate(() -> frame(in)).takeWhile(type -> type >= 0).anyMatch(type -> type == HEADERS))
          .as("an answer").isTrue();
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Reads a frame of HTTP/2 (RFC 9113, section 4.1) and tells its type; at the end of the connection -1. */
  private static int frame(DataInputStream in) {
    try {
      int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
      int type = in.readUnsignedByte();
      in.skipNBytes(1 + Integer.BYTES + length);
      return type;
    } catch (IOException ended) {
      return -1;
    }
  }

  @Test
  void everyAnswerIsJsonWhateverTheCallerAccepts() {
    assertThat(api.get("/health", "Accept", "text/html").header("Content-Type")).isEqualTo("application/json");
    assertThat(api.get("/health", "Accept", "image/png").status()).isEqualTo(200);
  }
}
