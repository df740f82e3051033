package org.zimage.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client hears of a task whose worker was stopped: a real connection to a server that plays one scene. */
class TaskWaitTest {
  private static final String STATUS = "{\"task_id\":\"t\",\"status\":\"%s\",\"progress\":%d}";

  private final ExecutorService threads = Executors.newCachedThreadPool();
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

  private List<String> heard() throws InterruptedException {
    List<String> heard = new ArrayList<>();
    try (ZImageClient zimage = ZImageClient.to("http://127.0.0.1:" + server.getAddress().getPort()).open()) {
      zimage.await("t", Duration.ofMinutes(1), status -> heard.add(status.status() + " " + status.progress()));
    }
    return heard;
  }

  private void stream(String... events) {
    server.createContext("/v1/tasks/t/events", exchange -> answer(exchange, "text/event-stream", String.join("", events)));
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
