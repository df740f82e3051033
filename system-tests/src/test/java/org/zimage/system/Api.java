package org.zimage.system;

import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonStructure;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The HTTP API through an ordinary client that knows nothing of the product's own types. */
final class Api {
  private static final List<String> FINAL = List.of("SUCCESS", "FAILURE", "REVOKED");
  private static final Duration LONGEST = Duration.ofMinutes(4);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final RunningSystem system;

  Api(RunningSystem system) {
    this.system = system;
  }

  record Answer(int status, String body, HttpResponse<byte[]> response) {
    JsonObject json() {
      return structure().asJsonObject();
    }

    JsonStructure structure() {
      try (JsonReader reader = Json.createReader(new StringReader(body))) {
        return reader.read();
      }
    }

    Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }
  }

  Answer get(String path, String... headers) {
    return send(request(path, headers).GET());
  }

  Answer post(String path, String body, String... headers) {
    return send(request(path, headers).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response = http.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8), response);
    } catch (IOException cause) {
      throw new Unreachable(cause);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new Unreachable(interrupted);
    }
  }

  HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(system.url() + path));
    return headers.length == 0 ? request : request.headers(headers);
  }

  /** The server is away, as it is while it starts again. */
  static final class Unreachable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unreachable(Exception cause) {
      super(cause);
    }
  }

  /** Asks for a picture and gives its task's id. */
  String generate(JsonObject request) {
    Answer answer = post("/v1/images/generate", request.toString());
    if (answer.status() != 200) {
      throw new AssertionError("Refused with " + answer.status() + ": " + answer.body());
    }
    return answer.json().getString("task_id");
  }

  JsonObject task(String id) {
    return get("/v1/tasks/" + id).json();
  }

  String status(String id) {
    return task(id).getString("status");
  }

  JsonObject cancel(String id) {
    return post("/v1/tasks/" + id + "/cancel", "").json();
  }

  /** Waits until the task is over, also through a restart of the server. */
  JsonObject awaitEnd(String id) {
    await().atMost(LONGEST).pollInterval(Duration.ofMillis(50)).ignoreException(Unreachable.class)
        .until(() -> FINAL.contains(status(id)));
    return task(id);
  }

  void awaitStatus(String id, String status) {
    await().atMost(LONGEST).pollInterval(Duration.ofMillis(10)).until(() -> status(id).equals(status));
  }
}
