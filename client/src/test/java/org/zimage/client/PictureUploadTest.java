package org.zimage.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.input.DataUrl;

/** Requests that carry pictures: real connections to a server that keeps what it gets. */
class PictureUploadTest {
  private static final Path PICTURE = Path.of("../picture/src/test/resources/org/zimage/picture/files/rgb.png");
  private static final String ACCEPTED = "{\"task_id\":\"t\",\"status_url\":\"/v1/tasks/t\",\"image_url\":null}";

  private final Queue<Integer> statuses = new ArrayDeque<>();
  private final List<byte[]> bodies = new ArrayList<>();
  private HttpServer server;
  private ZImageClient zimage;
  private String encoding;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/images/generate", this::accept);
    server.createContext("/v1/tasks/t/inputs/", exchange -> answer(exchange, 200, exchange.getRequestURI().getPath()));
    server.start();
    zimage = ZImageClient.to("http://127.0.0.1:" + server.getAddress().getPort()).open();
  }

  @AfterEach
  void stop() {
    zimage.close();
    server.stop(0);
  }

  private void accept(HttpExchange exchange) throws IOException {
    encoding = exchange.getRequestHeaders().getFirst("Transfer-Encoding");
    bodies.add(exchange.getRequestBody().readAllBytes());
    Integer status = statuses.poll();
    answer(exchange, status == null ? 200 : status, ACCEPTED);
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void aPictureIsSentWhileItIsWrittenAndAgainAfterAnOutage() throws IOException {
    statuses.add(503);

    zimage.generate(GenerateImageRequest.of("a cät").withImage(PICTURE));

    assertThat(bodies).hasSize(2);
    assertThat(bodies.get(1)).isEqualTo(bodies.get(0));
    assertThat(encoding).isEqualTo("chunked");
    JsonObject sent = Json.createReader(new ByteArrayInputStream(bodies.get(0))).readObject();
    assertThat(sent.keySet()).containsExactlyInAnyOrder("prompt", "image");
    assertThat(sent.getString("prompt")).isEqualTo("a cät");
    assertThat(DataUrl.bytes(sent.getString("image"))).isEqualTo(Files.readAllBytes(PICTURE));
  }

  @Test
  void sendingALargePictureTakesNoMemoryOfItsSize() throws IOException {
    byte[] large = Arrays.copyOf(Files.readAllBytes(PICTURE), 4 << 20);
    GenerateImageRequest request = GenerateImageRequest.of("a cat").withImage(large);
    zimage.generate(GenerateImageRequest.of("a cat").withImage(PICTURE)); // loads what is loaded once
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());

    zimage.generate(request);

    assertThat(threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before).isLessThan(large.length);
    assertThat(bodies.get(1).length).isGreaterThan(large.length);
  }

  @Test
  void aRequestWithoutAPictureHasALength() {
    zimage.generate(GenerateImageRequest.of("a cat"));

    assertThat(encoding).isNull();
  }

  @Test
  void theFieldThatTheServerRefusesIsNamed() {
    server.removeContext("/v1/images/generate");
    server.createContext("/v1/images/generate", exchange -> {
      exchange.getRequestBody().readAllBytes();
      answer(exchange, 422, """
          {"detail":[{"type":"value_error","loc":["body","image"],"msg":"Value error, the task has no picture","input":"task:t"}]}""");
    });

    assertThatThrownBy(() -> zimage.generate(GenerateImageRequest.of("a cat").withImageOfTask("t")))
        .isInstanceOfSatisfying(RequestRefused.class, refused -> {
          assertThat(refused.problems()).extracting(FieldProblem::field).containsExactly("image");
          assertThat(refused.detail()).isEqualTo("image: Value error, the task has no picture");
        });
  }

  @Test
  void whatATaskBeganWithIsFetched() {
    assertThat(zimage.inputPicture("t")).asString().isEqualTo("/v1/tasks/t/inputs/image");
    assertThat(zimage.inputMask("t")).asString().isEqualTo("/v1/tasks/t/inputs/mask_image");
  }
}
