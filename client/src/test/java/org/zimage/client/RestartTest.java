package org.zimage.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;

/** What a client meets while an application server restarts under it: real connections to a server that plays that. */
class RestartTest {
  /** What Payara Server says before the application is there. */
  private static final String HTML = "<!DOCTYPE html><html><head><title>Payara Server - Error report</title></head></html>";
  private static final String ACCEPTED = "{\"task_id\":\"t\",\"status_url\":\"/v1/tasks/t\",\"image_url\":null}";
  private static final String DONE = "{\"task_id\":\"t\",\"status\":\"SUCCESS\",\"progress\":100}";
  private static final GenerateImageRequest PICTURE = GenerateImageRequest.of("a red circle");

  /** An answer; with status 0 the connection is cut instead. */
  private record Scene(int status, String body) { }

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Scene> scenes = new ArrayDeque<>();
  private final List<String> waits = new ArrayList<>();
  private HttpServer server;
  private ZImageClient zimage;

  @BeforeEach
  void start() throws IOException {
    listen(0);
    zimage = client().open();
  }

  private void listen(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::play);
    server.start();
  }

  private ZImageClientBuilder client() {
    return ZImageClient.to("http://127.0.0.1:" + server.getAddress().getPort())
        .whenAway(failure -> waits.add(failure.getMessage()));
  }

  @AfterEach
  void stop() {
    zimage.close();
    server.stop(0);
    threads.shutdownNow();
  }

  @ParameterizedTest
  @CsvSource({"404,true", "404,false", "405,true", "500,false", "503,false", "503,true", "0,false"})
  void aServerWithoutItsApplicationIsWaitedFor(int status, boolean html) {
    plays(new Scene(status, html ? HTML : ""), new Scene(status, html ? HTML : ""), new Scene(200, ACCEPTED));

    assertThat(zimage.generate(PICTURE).taskId()).isEqualTo("t");

    assertThat(waits).hasSize(1);
  }

  @Test
  void whatTheApplicationItselfDoesNotKnowIsToldAtOnce() {
    plays(new Scene(404, "{\"detail\":\"Task not found\"}"));

    assertThatThrownBy(() -> zimage.status("t")).isInstanceOfSatisfying(RequestRefused.class,
        refused -> assertThat(refused.detail()).isEqualTo("Task not found"));
    assertThat(waits).isEmpty();
  }

  @Test
  void anErrorThatTheApplicationExplainsIsToldAtOnce() {
    plays(new Scene(500, "{\"detail\":\"Internal Server Error\"}"));

    assertThatThrownBy(() -> zimage.generate(PICTURE)).isInstanceOf(RequestRefused.class)
        .hasMessage("500: Internal Server Error");
  }

  @Test
  void aServerThatStaysWithoutItsApplicationIsNoZImageServer() {
    plays(new Scene(404, HTML));

    try (ZImageClient impatient = client().retryTimeout(Duration.ZERO).open()) {
      assertThatThrownBy(() -> impatient.generate(PICTURE)).isInstanceOf(ServerUnreachable.class).hasMessage(
          "No answer of a Z-Image server from http://127.0.0.1:" + server.getAddress().getPort()
              + ", but of something else there: 404: Not Found");
    }
  }

  @Test
  void aServerThatWasThereIsWaitedForWhileNothingListens() throws Exception {
    plays(new Scene(200, ACCEPTED), new Scene(200, ACCEPTED));
    zimage.generate(PICTURE);
    int port = server.getAddress().getPort();
    server.stop(0);

    threads.submit(() -> {
      Thread.sleep(600);
      listen(port);
      return null;
    });

    assertThat(zimage.generate(PICTURE).taskId()).isEqualTo("t");
    assertThat(waits).hasSize(1).first().asString().endsWith(": Connection refused");
  }

  @Test
  void whoWaitsForATaskSeesTheServerRestartTwice() throws Exception {
    // Both times the stream is answered first, then the status is asked for
    plays(new Scene(404, HTML), new Scene(404, HTML), new Scene(0, ""), new Scene(500, ""), new Scene(404, HTML),
        new Scene(503, ""), new Scene(200, DONE), new Scene(200, DONE));

    TaskStatusResponse end = zimage.await("t", Duration.ofMinutes(1), seen -> { });

    assertThat(end.status()).isEqualTo(TaskStatus.SUCCESS);
  }

  private void plays(Scene... played) {
    synchronized (scenes) {
      scenes.addAll(List.of(played));
    }
  }

  private void play(HttpExchange exchange) throws IOException {
    Scene scene;
    synchronized (scenes) {
      scene = scenes.size() > 1 ? scenes.remove() : scenes.peek();
    }
    exchange.getRequestBody().readAllBytes();
    if (scene.status() != 0) {
      byte[] body = scene.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", scene.body().startsWith("<") ? "text/html" : "application/json");
      exchange.sendResponseHeaders(scene.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }
}
