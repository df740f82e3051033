package org.zimage.client;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.Entity;
import jakarta.ws.rs.client.Invocation;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriBuilder;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.zimage.api.ZImageApi;
import org.zimage.client.trust.CertificateProblem;

/** Sends requests to one server and turns failures into this client's exceptions. Owns the connections. Thread-safe. */
final class Connection implements AutoCloseable {
  /** How a body is sent: a property of Jersey, which others ignore. */
  static final String BODY = "jersey.config.client.request.entity.processing";
  static final String WRITTEN_WHILE_SENT = "CHUNKED";

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  private final Client http;
  private final URI baseUrl;
  private final String key;
  private final Patience patience;
  private Jsonb json;
  /**
   * Whether the server was reached before. A server that was reached will come back; an address that was never reached may be
   * wrong.
   */
  private volatile boolean reached;

  /**
   * How long to wait for a server that does not answer.
   *
   * @param start for a server that this client has not reached yet
   * @param retry for a server that it has reached
   * @param away is given the reason, once for each call that waits
   */
  record Patience(Duration start, Duration retry, Consumer<ZImageClientException> away) { }

  /** @param key null for none */
  Connection(Client http, URI baseUrl, String key, Patience patience) {
    this.http = http;
    this.baseUrl = baseUrl;
    this.key = key;
    this.patience = patience;
  }

  URI baseUrl() {
    return baseUrl;
  }

  Duration retryTimeout() {
    return patience.retry();
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

  /** Reads JSON that came in a stream, or as text. */
  <T> T parse(String text, Class<T> type) {
    return json().fromJson(text, type);
  }

  /** A large body as JSON. Given as an object, Jersey would make a text of it first, then bytes of the text: seven times its size. */
  Entity<StreamingOutput> written(Object body) {
    StreamingOutput json = out -> json().toJson(body, new Unclosed(out));
    return Entity.entity(json, MediaType.APPLICATION_JSON_TYPE);
  }

  /** A stream that is left open: JSON-B closes what it has written to. */
  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }

  /**
   * Creates JSON-B when it is needed first, because that takes a short-lived program noticeable time. Without CDI there is nothing
   * in it to be closed.
   */
  private synchronized Jsonb json() {
    json = json == null ? JsonbBuilder.create() : json;
    return json;
  }

  /**
   * One attempt.
   *
   * @throws RequestRefused when the answer is no success
   * @throws ServerUnreachable when there is no answer, or not that of a Z-Image server
   */
  <T> T once(Supplier<Response> exchange, Function<Response, T> reader) {
    return answered(exchange, answer -> {
      if (answer.getStatusInfo().getFamily() != Response.Status.Family.SUCCESSFUL) {
        throw failure(RequestRefused.by(answer));
      }
      return reader.apply(answer);
    });
  }

  /**
   * The failure that a refusal stands for. An application server also answers before Z-Image is started in it and after it has
   * stopped: then Z-Image is unreachable.
   */
  ZImageClientException failure(RequestRefused refused) {
    return refused.isByAnother()
        ? new ServerUnreachable("No answer of a Z-Image server from " + baseUrl + ", but of something else there: "
            + refused.getMessage(), refused)
        : refused;
  }

  /** Sends one request; any status is an answer. */
  <T> T answered(Supplier<Response> exchange, Function<Response, T> reader) {
    try (Response answer = exchange.get()) {
      reached = true;
      return reader.apply(answer);
    } catch (ProcessingException e) {
      ServerUnreachable failure = new ServerUnreachable(explanation(e), e);
      reached |= !failure.isWithoutConnection();
      throw failure;
    }
  }

  /**
   * Repeats a request that may arrive twice, until it is answered or the time for it is over. For a server that was never reached
   * this time is zero by default, because the address may be wrong.
   */
  <T> T repeated(Supplier<Response> exchange, Function<Response, T> reader) {
    Long firstFailure = null;
    Duration pause = FIRST_PAUSE;
    while (true) {
      ZImageClientException failure;
      Duration wait = pause;
      try {
        return once(exchange, reader);
      } catch (ServerUnreachable e) {
        if (e.certificateProblem().isPresent()) {
          throw e; // it will be the same after a restart
        }
        failure = e;
      } catch (RequestRefused e) {
        if (!e.isOutage()) {
          throw e;
        }
        wait = e.retryAfter().filter(asked -> asked.compareTo(FIRST_PAUSE) > 0).orElse(pause);
        failure = e;
      }
      firstFailure = firstFailure == null ? Long.valueOf(System.nanoTime()) : firstFailure;
      Duration longest = reached ? patience.retry() : patience.start();
      if (System.nanoTime() - firstFailure + wait.toNanos() > longest.toNanos()) {
        throw failure;
      }
      if (pause.equals(FIRST_PAUSE)) {
        patience.away().accept(failure);
      }
      sleep(wait, failure);
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(MAX_PAUSE) < 0 ? longer : MAX_PAUSE;
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
    String reason = root.getMessage() == null ? root.toString() : root.getMessage();
    return CertificateProblem.of(failure).map(problem -> problem.text(baseUrl, reason))
        .orElse("No answer of a Z-Image server from " + baseUrl + ": " + reason);
  }
}
