package org.zimage.tests.caller;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/**
 * The API as an ordinary HTTP client sees it: nothing is normalised, retried or hidden. Thread-safe.
 *
 * @param key the key that calls are made with; null for none
 * @param otherKey another client's
 * @param adminKey the administrator's
 */
public record Api(String url, String key, String otherKey, String adminKey) {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);
  private static final Duration LONGEST_PICTURE = Duration.ofMinutes(2);

  /** The same server with another key; null for none. */
  public Api as(String newKey) {
    return new Api(url, newKey, otherKey, adminKey);
  }

  public Answer get(String path, String... headers) {
    return send("GET", path, BodyPublishers.noBody(), headers);
  }

  public Answer post(String path, String json, String... headers) {
    HttpRequest.Builder request = request(path, headers).setHeader("Content-Type", "application/json");
    return send(request.method("POST", BodyPublishers.ofString(json)));
  }

  public Answer send(String method, String path, BodyPublisher body, String... headers) {
    return send(request(path, headers).method(method, body));
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).timeout(LONGEST_ANSWER);
    if (key != null) {
      request.header("X-Auth-Key", key);
    }
    return headers.length == 0 ? request : request.headers(headers);
  }

  private static Answer send(HttpRequest.Builder request) {
    try {
      return Answer.of(HTTP.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Asks for a picture and returns the task's id. */
  public String generate(String json) {
    Answer answer = post("/v1/images/generate", json);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().getString("task_id");
  }

  /** A page of the history. */
  public JsonArray history(String query) {
    Answer answer = get("/v1/history" + query);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    try (JsonReader reader = Json.createReader(new StringReader(answer.body()))) {
      return reader.readArray();
    }
  }

  /** What {@code /metrics} says of one series, labels included; fails where there is none of that name. */
  public double metric(String series) {
    return findMetric(series).orElseThrow(() -> new AssertionError("/metrics has no series " + series));
  }

  /** The same of a counter that comes with the first thing to count, and is 0 before. */
  public double counted(String series) {
    return findMetric(series).orElse(0);
  }

  private OptionalDouble findMetric(String series) {
    Matcher line = Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$").matcher(get("/metrics").body());
    return line.find() ? OptionalDouble.of(Double.parseDouble(line.group(1))) : OptionalDouble.empty();
  }

  public JsonObject status(String task) {
    Answer answer = get("/v1/tasks/" + task);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  public JsonObject cancel(String task) {
    Answer answer = post("/v1/tasks/" + task + "/cancel", "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  /** All events of a task, until the stream ends by itself. */
  public List<Event> events(String task) {
    return eventsLater(task).join();
  }

  /** The same with pictures of it while it is drawn. */
  public List<Event> eventsWithPreviews(String task) {
    return stream("/v1/tasks/" + task + "/events?previews=1").join();
  }

  /** All events, while the caller does something else. */
  public CompletableFuture<List<Event>> eventsLater(String task) {
    return stream("/v1/tasks/" + task + "/events");
  }

  private CompletableFuture<List<Event>> stream(String path) {
    HttpRequest request = request(path).timeout(LONGEST_PICTURE).build();
    return HTTP.sendAsync(request, BodyHandlers.ofString()).thenApply(answer -> {
      assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
      return Event.parse(answer.body());
    });
  }

  /** Every different status of a task until the first that fits, which is the last of the list. */
  public List<JsonObject> watch(String task, Predicate<JsonObject> last) {
    List<JsonObject> seen = new ArrayList<>();
    long deadline = System.nanoTime() + LONGEST_PICTURE.toNanos();
    while (System.nanoTime() < deadline) {
      JsonObject status = status(task);
      if (seen.isEmpty() || !status.equals(seen.get(seen.size() - 1))) {
        seen.add(status);
      }
      if (last.test(status)) {
        return seen;
      }
      pause();
    }
    throw new AssertionError("Task " + task + " did not get there within " + LONGEST_PICTURE + ": " + seen);
  }

  /** The status of a task once it is over. */
  public JsonObject awaitEnd(String task) {
    List<JsonObject> seen = watch(task, Api::isOver);
    return seen.get(seen.size() - 1);
  }

  /** The result of a task that must succeed. */
  public JsonObject awaitResult(String task) {
    JsonObject end = awaitEnd(task);
    assertThat(end.getString("status")).as(end.toString()).isEqualTo("SUCCESS");
    return end.getJsonObject("result");
  }

  /** The pixels of a result. */
  public BufferedImage picture(JsonObject result) {
    Answer png = get("/generated-images/" + result.getString("relative_path"));
    assertThat(png.status()).isEqualTo(200);
    try {
      return ImageIO.read(new ByteArrayInputStream(png.bytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static boolean isOver(JsonObject status) {
    return List.of("SUCCESS", "FAILURE", "REVOKED").contains(status.getString("status"));
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(30);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
