package org.zimage.tests.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Event;
import org.zimage.tests.caller.PythonScript;
import org.zimage.tests.system.RunningSystem;
import org.zimage.tests.system.SharedSystem;

/** Callers who do not read what they asked for: those beside them get their answers meanwhile. */
@ExtendWith(SharedSystem.class)
class SlowReadersIT {
  private static final int READERS = 8;
  private static final int PICTURES = 10;
  /** The server has 200 threads for requests. */
  private static final int MORE_THAN_THREADS = 220;
  /** Those who write what the server's threads do not. */
  private static final int MORE_THAN_WRITERS = 20;
  /** What they ask for does not fit between server and caller. */
  private static final int REQUESTS_AHEAD = 40;
  /** As long as pictures of large models are. */
  private static final int MORE_BYTES = 4 << 20;
  private static final int SMALLEST_WINDOW = 4096;
  private static final int LONGEST_READ_MILLIS = 60_000;
  private static final String SMALL = "\"size\":\"64x64\",\"num_inference_steps\":1";

  private final Api api;
  private final RunningSystem system;

  SlowReadersIT(Api api, RunningSystem system) {
    this.api = api;
    this.system = system;
  }

  @Test
  void whoReadsPicturesSlowlyHoldsUpNoOtherAnswer() throws Exception {
    String key = UUID.randomUUID().toString();
    String order = "{\"prompt\":\"slow %s\",\"n\":%d,\"response_format\":\"b64_json\",%s}".formatted(key, PICTURES, SMALL);
    assertThat(api.post("/v1/images/generations", order, "Idempotency-Key", key).status()).isEqualTo(200);
    long bytes = enlargePictures(key);
    List<Socket> readers = new ArrayList<>();
    try {
      for (int i = 0; i < READERS; i++) {
        readers.add(askWithoutReading(order, key));
      }
      await("four answers have begun").atMost(Duration.ofMinutes(1)).until(
          () -> readers.stream().filter(SlowReadersIT::hasBytes).count() >= 4);

      Answer openAi = api.post("/v1/images/generations", "{\"prompt\":\"quick\",%s}".formatted(SMALL));
      Answer mcp = api.post("/mcp", """
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"generate_image",\
          "arguments":{"prompt":"quick","width":64,"height":64,"num_inference_steps":1}}}""");

      assertThat(openAi.status()).isEqualTo(200);
      assertThat(mcp.body()).contains("The pictures are ready");
      JsonArray late = read(readers.get(0));
      assertThat(late).hasSize(PICTURES);
      assertThat(late.stream().mapToLong(picture -> Base64.getDecoder().decode(
          picture.asJsonObject().getString("b64_json")).length).sum()).isEqualTo(bytes);
    } finally {
      for (Socket reader : readers) {
        reader.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi", "picture", "archive"})
  void callersWhoReadNothingLeaveTheThreadsToOthers(String path) throws Exception {
    String prompt = "unread " + UUID.randomUUID();
    api.post("/v1/images/generations", "{\"prompt\":\"%s\",%s}".formatted(prompt, SMALL));
    enlargePictures(URLEncoder.encode(prompt, StandardCharsets.UTF_8));
    JsonObject batch = api.history("").getJsonObject(0);
    String asked = switch (path) {
      case "picture" -> batch.getString("image_url").replaceFirst("webp$", "png");
      case "archive" -> "/v1/history/" + batch.getString("task_id") + "/pictures.zip";
      default -> path;
    };
    List<Socket> callers = new ArrayList<>();
    try {
      for (int i = 0; i < MORE_THAN_THREADS; i++) {
        callers.add(askOftenWithoutReading(asked));
      }

      CompletableFuture<Answer> other = CompletableFuture.supplyAsync(() -> api.get("/v1/history"));

      // Less than the server's patience with a connection that takes nothing
      assertThat(other).succeedsWithin(Duration.ofSeconds(20)).satisfies(answer -> assertThat(answer.status()).isEqualTo(200));
    } finally {
      for (Socket caller : callers) {
        caller.close();
      }
    }
  }

  @Test
  void requestsThatDoNotComeBehindAnAnswerHoldUpNoOtherAnswer() throws Exception {
    String order = "{\"prompt\":\"first\",%s}".formatted(SMALL);
    List<Socket> callers = new ArrayList<>();
    try {
      for (int i = 0; i < MORE_THAN_WRITERS; i++) {
        Socket caller = connectWithoutReading();
        caller.getOutputStream().write((head("POST", "/v1/images/generations", order.length()) + order
            + head("POST", "/v1/images/generations", order.length())).getBytes(StandardCharsets.US_ASCII));
        callers.add(caller);
      }

      // Less than the server's patience with a body that does not come
      await("all have their first answer").atMost(Duration.ofSeconds(20)).until(() -> callers.stream().allMatch(SlowReadersIT::hasBytes));
    } finally {
      for (Socket caller : callers) {
        caller.close();
      }
    }
  }

  @Test
  void anAnswerThatBreaksOffIsNotTakenForAWholeOne() throws Exception {
    String prompt = "cut " + UUID.randomUUID();
    api.post("/v1/images/generations", "{\"prompt\":\"%s\",%s}".formatted(prompt, SMALL));
    enlargePictures(URLEncoder.encode(prompt, StandardCharsets.UTF_8));
    JsonObject batch = api.history("").getJsonObject(0);
    try (Socket reader = connectWithoutReading()) {
      reader.getOutputStream().write(head("GET", "/v1/history/" + batch.getString("task_id") + "/pictures.zip", 0)
          .getBytes(StandardCharsets.US_ASCII));
      await("the answer has begun").atMost(Duration.ofMinutes(1)).until(() -> hasBytes(reader));

      Files.write(system.folder("pictures").resolve(batch.getString("relative_path")), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);

      assertThat(untilItEnds(reader)).doesNotEndWith("\r\n0\r\n\r\n");
    }
  }

  /** What arrives, each byte as a character; a connection that is broken off may end with an error. */
  private static String untilItEnds(Socket reader) {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try {
      reader.getInputStream().transferTo(read);
    } catch (IOException brokenOff) {
      assertThat(brokenOff).isNotInstanceOf(SocketTimeoutException.class);
    }
    return read.toString(StandardCharsets.ISO_8859_1);
  }

  private String head(String method, String path, int length) {
    return "%s %s HTTP/1.1\r\nHost: %s\r\nX-Auth-Key: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        .formatted(method, path, URI.create(api.url()).getAuthority(), api.key(), length);
  }

  @Test
  void aListenerThatDoesNotReadStopsNoOtherStream() throws Exception {
    PythonScript.checkIsThere();
    // What JSON writes as six bytes each: the last events of the task have a quarter of a megabyte
    String much = "\\u0001".repeat(10_000);
    String ahead = api.generate("{\"prompt\":\"a hill\",\"width\":1024,\"height\":1024,\"num_inference_steps\":10}");
    String large = api.generate("{\"prompt\":\"%s\",\"negative_prompt\":\"%s\",\"width\":64,\"height\":64,\"num_inference_steps\":1}"
        .formatted(much, much));
    URI server = URI.create(api.url());
    Process stalled = new ProcessBuilder("python3", PythonScript.file("stalled_listener.py").toString(),
        server.getHost(), Integer.toString(server.getPort()), large, api.key()).start();
    try (BufferedReader said = new BufferedReader(new InputStreamReader(stalled.getInputStream()))) {
      assertThat(said.readLine()).isEqualTo("listening");
      String next = api.generate("{\"prompt\":\"a hill\",\"width\":64,\"height\":64,\"num_inference_steps\":10}");

      CompletableFuture<List<Event>> events = api.eventsLater(next);

      // Less than the server's patience with who reads nothing
      assertThat(events).succeedsWithin(Duration.ofSeconds(45)).satisfies(heard ->
          assertThat(heard.get(heard.size() - 1).name()).isEqualTo("done"));
      assertThat(Api.isOver(api.status(large))).isTrue();
    } finally {
      stalled.destroyForcibly();
      api.awaitResult(ahead);
    }
  }

  private static boolean hasBytes(Socket reader) {
    try {
      return reader.getInputStream().available() > 0;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Socket connectWithoutReading() throws IOException {
    URI server = URI.create(api.url());
    Socket reader = new Socket();
    reader.setReceiveBufferSize(SMALLEST_WINDOW);
    reader.setSoTimeout(LONGEST_READ_MILLIS);
    reader.connect(new InetSocketAddress(server.getHost(), server.getPort()));
    return reader;
  }

  private Socket askOftenWithoutReading(String path) throws IOException {
    Socket reader = connectWithoutReading();
    reader.getOutputStream().write(head("GET", path, 0).repeat(REQUESTS_AHEAD).getBytes(StandardCharsets.US_ASCII));
    return reader;
  }

  private Socket askWithoutReading(String body, String idempotencyKey) throws IOException {
    Socket reader = connectWithoutReading();
    String head = head("POST", "/v1/images/generations", body.length())
        .replaceFirst("\r\n", "\r\nIdempotency-Key: " + idempotencyKey + "\r\n");
    reader.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
    return reader;
  }

  /** @return how many bytes all pictures of that prompt have now */
  private long enlargePictures(String prompt) throws IOException {
    String batch = api.history("?q=" + prompt).getJsonObject(0).getString("task_id");
    byte[] more = new byte[MORE_BYTES];
    new Random(1).nextBytes(more);
    long bytes = 0;
    for (var item : api.get("/v1/history/" + batch).json().getJsonArray("items")) {
      String preview = item.asJsonObject().getString("image_url").replaceFirst("^/generated-images/", "");
      Path png = system.folder("pictures").resolve(preview.replaceFirst("webp$", "png"));
      Files.write(png, more, StandardOpenOption.APPEND);
      bytes += Files.size(png);
    }
    return bytes;
  }

  /** What the reader gets when it reads at last. */
  private static JsonArray read(Socket reader) throws IOException {
    byte[] body = reader.getInputStream().readNBytes(length(reader));
    try (JsonReader json = Json.createReader(new ByteArrayInputStream(body))) {
      return json.readObject().getJsonArray("data");
    }
  }

  /** Of the body, as the head says. */
  private static int length(Socket reader) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      head.append((char) reader.getInputStream().read());
    }
    return Integer.parseInt(head.toString().replaceFirst("(?is).*content-length: (\\d+).*", "$1"));
  }
}
