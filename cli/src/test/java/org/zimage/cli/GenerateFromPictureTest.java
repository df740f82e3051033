package org.zimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code zimage generate} sends of pictures to start from. */
class GenerateFromPictureTest {
  private static final Path PICTURE = Path.of("../picture/src/test/resources/org/zimage/picture/files/rgb.png");

  private final StringWriter out = new StringWriter();
  private HttpServer server;
  private JsonObject sent;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/images/generate", exchange -> {
      sent = Json.createReader(exchange.getRequestBody()).readObject();
      byte[] answer = "{\"task_id\":\"t\",\"status_url\":\"/v1/tasks/t\",\"image_url\":null}".getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void filesAreSentAsTheyAre() throws IOException {
    generate("--image", PICTURE, "--mask", PICTURE, "--strength", "0.75", "--no-preserve-unmasked");

    String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(Files.readAllBytes(PICTURE));
    assertThat(sent.getString("image")).isEqualTo(url);
    assertThat(sent.getString("mask_image")).isEqualTo(url);
    assertThat(sent.getJsonNumber("strength").doubleValue()).isEqualTo(0.75);
    assertThat(sent.getBoolean("preserve_unmasked")).isFalse();
    assertThat(sent).doesNotContainKeys("width", "height");
  }

  @Test
  void tasksAreNamed() {
    generate("--image", "task:b0e4", "--mask", "task:0d6b", "--preserve-unmasked");

    assertThat(sent.getString("image")).isEqualTo("task:b0e4");
    assertThat(sent.getString("mask_image")).isEqualTo("task:0d6b");
    assertThat(sent.getBoolean("preserve_unmasked")).isTrue();
  }

  @Test
  void whatIsNotGivenIsTheServersToDecide() {
    generate("--image", "task:b0e4");

    assertThat(sent.keySet()).containsExactlyInAnyOrder("prompt", "image", "metadata");
  }

  private void generate(Object... options) {
    String[] arguments = Stream.concat(Stream.of("generate", "a cat", "--no-wait", "--server",
        "http://127.0.0.1:" + server.getAddress().getPort()), Stream.of(options)).map(Object::toString).toArray(String[]::new);
    assertThat(ZImageCommand.commandLine().setOut(new PrintWriter(out, true)).execute(arguments)).isZero();
    assertThat(out.toString().strip()).isEqualTo("t");
  }
}
