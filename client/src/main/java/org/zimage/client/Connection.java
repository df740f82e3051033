package org.zimage.client;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.Invocation;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.zimage.api.ZImageApi;

/** Calls of one server; what goes wrong becomes one of our exceptions. Owns the connections. Thread-safe. */
final class Connection implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Client http;
  private final URI baseUrl;
  private final String key;
  private final Duration retryTimeout;
  private Jsonb json;

  /** @param key null for none */
  Connection(Client http, URI baseUrl, String key, Duration retryTimeout) {
    this.http = http;
    this.baseUrl = baseUrl;
    this.key = key;
    this.retryTimeout = retryTimeout;
  }

  URI baseUrl() {
    return baseUrl;
  }

  Duration retryTimeout() {
    return retryTimeout;
  }

  /** The address of a route, below the base address. */
  UriBuilder route(String methodOfTheApi) {
    return UriBuilder.fromUri(baseUrl).path(ZImageApi.class, methodOfTheApi);
  }

  Invocation.Builder request(URI address, String... mediaTypes) {
    Invocation.Builder request = http.target(address).request(mediaTypes);
    return key == null ? request : request.header("X-Auth-Key", key);
  }

  Invocation.Builder request(URI address) {
    return request(address, MediaType.APPLICATION_JSON);
  }

  /** What came in a stream, or as text. */
  <T> T parse(String text, Class<T> type) {
    return json().fromJson(text, type);
  }

  /** Made when it is needed: a short-lived program feels the time. It has nothing that must be closed without CDI. */
  private synchronized Jsonb json() {
    json = json == null ? JsonbBuilder.create() : json;
    return json;
  }

  /**
   * One attempt.
   *
   * @throws RequestRefused when the answer is no success
   * @throws ServerUnreachable when there is no answer, or not what was expected
   */
  <T> T once(Supplier<Response> exchange, Function<Response, T> reader) {
    return answered(exchange, answer -> {
      if (answer.getStatusInfo().getFamily() != Response.Status.Family.SUCCESSFUL) {
        throw RequestRefused.by(answer);
      }
      return reader.apply(answer);
    });
  }

  /** One attempt, whatever the answer's status is. */
  <T> T answered(Supplier<Response> exchange, Function<Response, T> reader) {
    try (Response answer = exchange.get()) {
      return reader.apply(answer);
    } catch (ProcessingException e) {
      throw new ServerUnreachable(explanation(e), e);
    }
  }

  /**
   * Repeats a request that does no harm when it arrives twice, until it is answered or the time for it is over. One
   * that could not be sent fails at once: its caller knows best what to do then.
   */
  <T> T repeated(Supplier<Response> exchange, Function<Response, T> reader) {
    long giveUp = System.nanoTime() + retryTimeout.toNanos();
    Duration pause = FIRST_PAUSE;
    boolean mayHaveArrived = false;
    while (true) {
      ZImageClientException failure;
      Duration wait = pause;
      try {
        return once(exchange, reader);
      } catch (ServerUnreachable e) {
        mayHaveArrived |= !e.isWithoutConnection();
        failure = e;
      } catch (RequestRefused e) {
        if (!e.isOutage()) {
          throw e;
        }
        mayHaveArrived = true;
        wait = e.retryAfter().filter(asked -> asked.compareTo(FIRST_PAUSE) > 0).orElse(pause);
        failure = e;
      }
      if (!mayHaveArrived || System.nanoTime() + wait.toNanos() - giveUp > 0) {
        throw failure;
      }
      sleep(wait, failure);
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }
  }

  @Override
  public void close() {
    http.close();
  }

  private static void sleep(Duration pause, ZImageClientException failure) {
    try {
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }

  private String explanation(ProcessingException failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return "No answer of a Z-Image server from " + baseUrl + ": "
        + (root.getMessage() == null ? root.toString() : root.getMessage());
  }
}
