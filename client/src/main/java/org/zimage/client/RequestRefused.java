package org.zimage.client;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The server answered with an error. */
public class RequestRefused extends ZImageClientException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String detail;
  private final transient List<FieldProblem> problems;
  private final Duration retryAfter;
  private final boolean explained;

  private RequestRefused(int status, String detail, List<FieldProblem> problems, Duration retryAfter,
      boolean explained) {
    super(status + ": " + detail, null);
    this.status = status;
    this.detail = detail;
    this.problems = problems;
    this.retryAfter = retryAfter;
    this.explained = explained;
  }

  /** Reads an error, whether the server or a proxy before it has answered. */
  static RequestRefused by(Response answer) {
    return by(answer.getStatus(), answer.readEntity(String.class), answer.getHeaderString(HttpHeaders.RETRY_AFTER));
  }

  static RequestRefused by(int status, String body, String retryAfter) {
    JsonValue detail = detail(body);
    List<FieldProblem> problems = detail instanceof JsonArray list ? FieldProblem.list(list) : List.of();
    return new RequestRefused(status, sentence(status, detail, problems), problems, duration(retryAfter),
        detail != JsonValue.NULL);
  }

  /**
   * The status of HTTP: 401 no key, 403 not allowed, 404 not there, 422 a wrong field, 429 too many, 503 try later …
   */
  public int status() {
    return status;
  }

  /** What the server says about it, as one line for people. */
  public String detail() {
    return detail;
  }

  /** The fields that are wrong, in a refusal with 422; empty otherwise. */
  public List<FieldProblem> problems() {
    return problems == null ? List.of() : problems;
  }

  /** When to ask again, where the server says so: with 429 and 503. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Whether the server cannot serve at the moment, or a proxy cannot reach it. */
  boolean isOutage() {
    return status == 502 || status == 503 || status == 504;
  }

  /**
   * Whether an application server without Z-Image has probably answered: Z-Image explains every error in JSON. Other statuses, such
   * as 401 and 403, prove nothing, because proxies send them too.
   */
  boolean isByAnother() {
    return !explained && (status == 404 || status == 405 || status == 500);
  }

  private static JsonValue detail(String body) {
    try (JsonReader reader = Json.createReader(new StringReader(body))) {
      return reader.readValue() instanceof JsonObject answer ? answer.getOrDefault("detail", answer) : JsonValue.NULL;
    } catch (JsonException notOurs) {
      return JsonValue.NULL;
    }
  }

  private static String sentence(int status, JsonValue detail, List<FieldProblem> problems) {
    if (!problems.isEmpty()) {
      return problems.stream().map(problem -> problem.field() + ": " + problem.message())
          .collect(Collectors.joining("; "));
    }
    if (detail instanceof JsonString text) {
      return text.getString();
    }
    Response.Status known = Response.Status.fromStatusCode(status);
    if (detail != JsonValue.NULL) {
      return detail.toString();
    }
    return known != null ? known.getReasonPhrase() : "no reason was given";
  }

  /** Seconds or a point in time (RFC 9110, section 10.2.3). */
  private static Duration duration(String retryAfter) {
    if (retryAfter == null) {
      return null;
    }
    try {
      if (retryAfter.matches("\\d{1,9}")) {
        return Duration.ofSeconds(Long.parseLong(retryAfter));
      }
      return Duration.between(Instant.now(),
          ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException unknownForm) {
      return null;
    }
  }
}
