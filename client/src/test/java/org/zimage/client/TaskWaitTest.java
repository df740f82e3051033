package org.zimage.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zimage.api.input.DataUrl;

/** What a client hears of a task whose worker was stopped: a real connection to a server that plays one scene. */
class TaskWaitTest {
  private static final String STATUS = "{\"task_id\":\"t\",\"status\":\"%s\",\"progress\":%d}";

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> queries = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    // Whoever asks because the stream is silent for long, as on a busy machine, shall go on listening
    server.createContext("/v1/tasks/t", exchange -> {
      exchange.getResponseHeaders().set("Retry-After", "60");
      exchange.sendResponseHeaders(429, -1);
      exchange.close();
    });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void theNextAttemptIsHeardAlthoughItIsLessFar() throws Exception {
    stream(event("1", "PROGRESS", 44), event("2", "STARTED", 0), event("2", "PROGRESS", 11), event("done", "SUCCESS", 100));

    assertThat(heard()).containsExactly("PROGRESS 44", "STARTED 0", "PROGRESS 11", "SUCCESS 100");
  }

  @Test
  void waitingForTheNextAttemptIsHeard() throws Exception {
    stream(event("1", "PROGRESS", 44), event("1", "RETRY", 0), event("2", "PROGRESS", 11), event("done", "SUCCESS", 100));

    assertThat(heard()).containsExactly("PROGRESS 44", "RETRY 0", "PROGRESS 11", "SUCCESS 100");
  }

  @Test
  void whatIsOvertakenIsLeftOut() throws Exception {
    stream(event("2", "PROGRESS", 44), event("1", "PROGRESS", 88), event("2", "PROGRESS", 33), event("done", "SUCCESS", 100));

    assertThat(heard()).containsExactly("PROGRESS 44", "SUCCESS 100");
  }

  /** What the worker draws is made up here; how it is told is the server's own form. */
  @Test
  void previewsAreSeenBetweenTheStepsByWhoAsksForThem() throws Exception {
    byte[] small = Files.readAllBytes(Path.of("../picture/src/test/resources/org/zimage/picture/files/lossy.webp"));
    String preview = "event: preview\nid: 1\ndata: {\"task_id\":\"t\",\"step\":4,\"steps\":9,\"image\":\"" + DataUrl.of("image", small)
        + "\"}\n\n";
    stream(event("1", "PROGRESS", 44), preview, event("done", "SUCCESS", 100));
    List<String> heard = new ArrayList<>();
    List<byte[]> pictures = new ArrayList<>();

    try (ZImageClient zimage = client()) {
      zimage.awaitAll(List.of("t"), Duration.ofMinutes(1), status -> heard.add(status.status() + " " + status.progress()), seen -> {
        heard.add(seen.taskId() + " " + seen.step() + "/" + seen.steps());
        pictures.add(seen.webp());
      });
    }

    assertThat(heard).containsExactly("PROGRESS 44", "t 4/9", "SUCCESS 100");
    assertThat(pictures).containsExactly(small);
    assertThat(queries).containsExactly("previews=1");
  }

  @Test
  void whoWantsNoPreviewsAsksForNone() throws Exception {
    stream(event("done", "SUCCESS", 100));

    heard();

    assertThat(queries).containsExactly("");
  }

  private ZImageClient client() {
    return ZImageClient.to("http://127.0.0.1:" + server.getAddress().getPort()).open();
  }

  private List<String> heard() throws InterruptedException {
    List<String> heard = new ArrayList<>();
    try (ZImageClient zimage = client()) {
      zimage.await("t", Duration.ofMinutes(1), status -> heard.add(status.status() + " " + status.progress()));
    }
    return heard;
  }

  private void stream(String... events) {
    server.createContext("/v1/tasks/t/events", exchange -> {
      queries.add(Objects.requireNonNullElse(exchange.getRequestURI().getQuery(), ""));
      answer(exchange, "text/event-stream", String.join("", events));
    });
  }

  private static String event(String id, String status, int progress) {
    return "event: progress\nid: " + id + "\ndata: " + STATUS.formatted(status, progress) + "\n\n";
  }

  private static void answer(HttpExchange exchange, String type, String body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body.getBytes(StandardCharsets.UTF_8));
    }
  }
}
