package org.zimage.client;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.client.ClientRequestFilter;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.glassfish.jersey.client.proxy.WebResourceFactory;
import org.zimage.api.BatchDetail;
import org.zimage.api.CancelTaskResponse;
import org.zimage.api.DeleteTaskResponse;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.GenerateImageResponse;
import org.zimage.api.HealthResponse;
import org.zimage.api.SystemStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.TaskSummary;
import org.zimage.api.ZImageApi;

/**
 * A Z-Image server for Java programs.
 *
 * <pre>{@code
 * try (ZImageClient zimage = ZImageClient.to("http://localhost:8000").key("client-key-1").open()) {
 *   String task = zimage.generate(GenerateImageRequest.of("a cat sitting on the chair").withSeed(42)).taskId();
 *   TaskStatusResponse done = zimage.await(task, Duration.ofMinutes(5), seen -> System.out.println(seen.progress()));
 *   byte[] png = zimage.picture(done.result().relativePath());
 * }
 * }</pre>
 *
 * <p>Every method throws {@link RequestRefused} when the server answers with an error and {@link ServerUnreachable} when it
 * does not answer. Owns connections until it is closed. Thread-safe.
 */
public final class ZImageClient implements AutoCloseable {
  private static final long POLL_MILLIS = 250;

  private final Client http;
  private final ZImageApi api;

  private ZImageClient(Builder builder) {
    ClientBuilder clients = ClientBuilder.newBuilder()
        .connectTimeout(builder.connectTimeout.toMillis(), TimeUnit.MILLISECONDS)
        .readTimeout(builder.readTimeout.toMillis(), TimeUnit.MILLISECONDS);
    if (builder.key != null) {
      clients.register((ClientRequestFilter) request -> request.getHeaders().putSingle("X-Auth-Key", builder.key));
    }
    this.http = clients.build();
    this.api = WebResourceFactory.newResource(ZImageApi.class, http.target(builder.baseUrl));
  }

  /**
   * A client of the server at this address.
   *
   * @param baseUrl such as {@code http://localhost:8000}
   */
  public static Builder to(String baseUrl) {
    return new Builder(URI.create(baseUrl));
  }

  /** What a client is made from. */
  public static final class Builder {
    private final URI baseUrl;
    private String key;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration readTimeout = Duration.ofSeconds(30);

    private Builder(URI baseUrl) {
      this.baseUrl = baseUrl;
    }

    /** The API key to call with; none by default. */
    public Builder key(String apiKey) {
      key = apiKey;
      return this;
    }

    /** How long to wait for a connection; 5 seconds by default. */
    public Builder connectTimeout(Duration timeout) {
      connectTimeout = timeout;
      return this;
    }

    /** How long to wait for an answer; 30 seconds by default. Tasks may take longer: see {@link ZImageClient#await}. */
    public Builder readTimeout(Duration timeout) {
      readTimeout = timeout;
      return this;
    }

    public ZImageClient open() {
      return new ZImageClient(this);
    }
  }

  public HealthResponse health() {
    return call(ZImageApi::health);
  }

  /** Asks for a picture; returns as soon as the task is accepted. */
  public GenerateImageResponse generate(GenerateImageRequest request) {
    return generate(request, null);
  }

  /**
   * Asks for a picture at most once.
   *
   * @param idempotencyKey the caller's own name for this request; the same one again within 24 hours leads to the first task
   */
  public GenerateImageResponse generate(GenerateImageRequest request, String idempotencyKey) {
    return call(server -> server.generate(request, idempotencyKey));
  }

  public TaskStatusResponse status(String taskId) {
    return call(server -> server.status(taskId));
  }

  /**
   * Waits until a task is over, however it ends.
   *
   * @param listener called with every change that is seen, the last one included
   * @throws TaskNotFinished when it takes longer
   * @throws InterruptedException when this thread is interrupted; the task goes on
   */
  public TaskStatusResponse await(String taskId, Duration longest, Consumer<TaskStatusResponse> listener)
      throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    TaskStatusResponse last = null;
    while (true) {
      TaskStatusResponse seen = status(taskId);
      if (!seen.equals(last)) {
        listener.accept(seen);
      }
      if (seen.status().isFinal()) {
        return seen;
      }
      if (System.nanoTime() > deadline) {
        throw new TaskNotFinished(seen, longest);
      }
      last = seen;
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Asks for the end of a task; asking again is harmless. */
  public CancelTaskResponse cancel(String taskId) {
    return call(server -> server.cancel(taskId));
  }

  /**
   * Batches, newest first.
   *
   * @param limit 1…50
   * @param offset batches to skip
   */
  public List<TaskSummary> history(int limit, int offset) {
    return call(server -> server.history(limit, offset));
  }

  public BatchDetail batch(String batchId) {
    return call(server -> server.batch(batchId));
  }

  /** Removes a batch from the history; unfinished tasks of it are cancelled, picture files stay. */
  public DeleteTaskResponse deleteBatch(String batchId) {
    return call(server -> server.deleteBatch(batchId));
  }

  /** What waits, who works, and what may be asked for. */
  public SystemStatus system() {
    return call(ZImageApi::system);
  }

  /**
   * A finished picture.
   *
   * @param relativePath of a result or of the history, the PNG's or the preview's
   */
  public byte[] picture(String relativePath) {
    int slash = relativePath.indexOf('/');
    return call(server -> {
      try (InputStream picture = server.picture(relativePath.substring(0, slash), relativePath.substring(slash + 1))) {
        return picture.readAllBytes();
      } catch (IOException e) {
        throw new ProcessingException(e);
      }
    });
  }

  @Override
  public void close() {
    http.close();
  }

  private <T> T call(Function<ZImageApi, T> question) {
    try {
      return question.apply(api);
    } catch (WebApplicationException e) {
      throw new RequestRefused(e.getResponse().getStatus(), detail(e), e);
    } catch (ProcessingException e) {
      throw new ServerUnreachable("The server does not answer: " + e.getMessage(), e);
    }
  }

  private static String detail(WebApplicationException refusal) {
    String body = refusal.getResponse().readEntity(String.class);
    try (JsonReader reader = Json.createReader(new StringReader(body))) {
      JsonObject answer = reader.readObject();
      JsonValue detail = answer.getOrDefault("detail", answer);
      return detail instanceof JsonString text ? text.getString() : detail.toString();
    } catch (JsonException e) {
      // Something between us and the server has answered
      return body;
    }
  }
}
