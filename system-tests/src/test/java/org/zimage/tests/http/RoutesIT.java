package org.zimage.tests.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;

/** Which route a request reaches decides what is asked for, however its path is written. */
@ExtendWith(SharedSystem.class)
class RoutesIT {
  private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
  private static final String APPLICATIONS_HEADER = "X-Content-Type-Options";
  private static final int MOST_SHOWN = 500;
  private static final Set<String> REFUSALS = Set.of("400", "401", "403", "404", "405", "415");

  private final Api api;
  private final Api nobody;

  RoutesIT(Api api) {
    this.api = api;
    this.nobody = api.as(null);
  }

  @Test
  void noRouteThatAsksForAKeyAnswersWithoutOneHoweverItsPathIsWritten() throws IOException {
    Map<String, String> answered = new TreeMap<>();
    int asked = 0;
    for (String route : routesWithKeys()) {
      String[] parts = route.split(" ", 2);
      for (String path : variants(parts[1])) {
        asked++;
        String answer = ask(parts[0], path);
        // Below the pictures every path is theirs, and open: whether there is such a picture, OPTIONS does not look
        boolean picture = parts[0].equals("OPTIONS") && path.startsWith("/generated-images/");
        if (!picture && !isRefused(answer) && !isNothing(answer)) {
          answered.put(parts[0] + " " + path, answer.substring(0, Math.min(answer.length(), MOST_SHOWN)));
        }
      }
    }

    assertThat(asked).isGreaterThan(300);
    assertThat(answered).isEmpty();
  }

  /** The server fails on a path that ends in a dot and is longer than those before it, and on a broken sign of percent. */
  @ParameterizedTest
  @ValueSource(strings = {"/v1/history%", "/v1/history%2", "/v1/history%zz", ".", ".."})
  void aPathThatTheServerFailsOnReachesNoRoute(String end) throws IOException {
    for (int slashes = 100; slashes <= 1000; slashes += 100) {
      String path = end.startsWith(".") ? "/v1/history" + "/".repeat(slashes) + end : end;
      String answer = ask("GET", path);
      assertThat(isRefused(answer) || isNothing(answer)).as(answer).isTrue();
    }
  }

  private static boolean isRefused(String answer) {
    return REFUSALS.contains(statusOf(answer));
  }

  /** What the server answers where it fails before the application is asked: 200, no body, none of the application's headers. */
  private static boolean isNothing(String answer) {
    return answer.endsWith("\r\n\r\n") && answer.contains("\r\nContent-Length: 0\r\n") && !answer.contains(APPLICATIONS_HEADER);
  }

  /** All of the description that do not say that they need none, and the one that another protocol describes. */
  private Set<String> routesWithKeys() {
    Set<String> routes = new TreeSet<>(Set.of("POST /mcp", "OPTIONS /v1/history"));
    nobody.get("/openapi?format=json").json().getJsonObject("paths").forEach((path, operations) ->
        operations.asJsonObject().forEach((method, operation) -> {
          if (!method.equals("parameters") && !needsNoKey(operation)) {
            routes.add(method.toUpperCase(Locale.ROOT) + " " + path.replaceAll("\\{[a-z_]+}", "x"));
          }
        }));
    assertThat(routes).hasSizeGreaterThan(12);
    return routes;
  }

  private static boolean needsNoKey(JsonValue operation) {
    JsonObject described = operation.asJsonObject();
    return described.containsKey("security") && described.getJsonArray("security").toString().equals("[{}]");
  }

  private static Set<String> variants(String path) {
    Set<String> variants = new TreeSet<>(Set.of(path, path + "/", path + "//", path + ";x", path + "/;x", path + "/.", path + "%2f",
        "/" + path, "/;x" + path, "/." + path, "/x/.." + path, "/x/%2e%2e" + path, "/ui/.." + path, "/generated-images/.." + path,
        "/health/.." + path, "/health;" + path, path.toUpperCase(Locale.ROOT), path + "?auth_key=", path + "%00", path + "%20"));
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String before = path.substring(0, slash);
      String after = path.substring(slash);
      Stream.of(";", ";x", ";x=1;y=2", "%3bx", "/", "/.", "/x/..", "%2f", "%00", "%20").forEach(
          text -> variants.add(before + text + after));
    }
    variants.add("/%76" + path.substring(2));
    return variants;
  }

  private String status(String method, String path) throws IOException {
    return statusOf(ask(method, path));
  }

  private static String statusOf(String answer) {
    return answer.split(" ", 3)[1];
  }

  /** The whole answer, to a path that no client has tidied up. */
  private String ask(String method, String path) throws IOException {
    URI server = URI.create(api.url());
    String body = method.equals("POST") ? PING : "";
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write((method + " " + path + " HTTP/1.1\r\nHost: " + server.getAuthority()
          + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\nConnection: close\r\n\r\n" + body)
          .getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1;x/system", "/v1;x/models", "/v1;x/history", "/v1;/system", "/v1/system;x", "/v1/system/"})
  void aPathWithParametersIsItsRouteWithAKey(String path) {
    assertThat(nobody.get(path).status()).isEqualTo(401);
    assertThat(api.get(path).status()).isEqualTo(200);
    assertThat(api.get(path).header("Cache-Control")).isEqualTo("no-store");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/health", "/health/live", "/metrics", "/openapi", "/generated-images/20260101/x.png"})
  void whoeverMayReadARouteMayAskForItsMethods(String path) {
    Answer answer = nobody.send("OPTIONS", path, BodyPublishers.noBody());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Allow")).contains("GET");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/mcp", "/mcp/", "/mcp;x", "/mcp;x/"})
  void assistantsMayWriteASlash(String path) {
    assertThat(nobody.post(path, PING).status()).isEqualTo(401);
    assertThat(api.post(path, PING).body()).isEqualTo("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/models;x/none", "/v1;x/models/none", "/v1;x/images/generations"})
  void openAisErrorsAreThoseOfItsRoutes(String path) {
    assertThat(api.get(path).json()).containsKey("error");
    assertThat(nobody.get(path).json()).containsKey("error");
  }

  @Test
  void aRouteWithSeveralKindsOfAnswersHasThem() {
    assertThat(nobody.get("/;x", "Accept", "text/html").status()).isEqualTo(303);
    assertThat(nobody.get("/openapi;x", "Accept", "application/json").header("Content-Type")).startsWith("application/json");
    assertThat(nobody.get("/openapi/", "Accept", "application/json").header("Content-Type")).startsWith("application/json");
  }

  @Test
  void onlyPicturesAreShownOnOtherSites() {
    assertThat(nobody.get("/generated-images/..;/x").header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
    assertThat(nobody.get("/generated-images/../ui/").header("Cross-Origin-Resource-Policy")).isNotEqualTo("cross-origin");
  }

  @Test
  void nothingThatWasMadeUpBecomesALabel() throws IOException {
    double before = api.counted("zimage_http_requests_seconds_count{method=\"other\",route=\"none\",status=\"404\"}");
    for (int i = 0; i < 20; i++) {
      status("MADEUP" + i, "/made-up-" + i);
      status("get", "/made-up-" + i);
    }

    String page = api.get("/metrics").body();
    assertThat(page).doesNotContain("MADEUP").doesNotContain("made-up").doesNotContain("method=\"get\"");
    assertThat(api.metric("zimage_http_requests_seconds_count{method=\"other\",route=\"none\",status=\"404\"}")).isGreaterThan(before);
  }
}
