package org.zimage.tests.task;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Event;
import org.zimage.tests.system.SharedSystem;

/** Following a task without asking again and again. */
@ExtendWith(SharedSystem.class)
class EventsIT {
  private static final String PICTURE =
      "{\"prompt\":\"a hill\",\"width\":%1$d,\"height\":%1$d,\"num_inference_steps\":10,\"seed\":1}";
  private static final int LISTENERS = 200;

  private final Api api;

  EventsIT(Api api) {
    this.api = api;
  }

  @Test
  void everyStepIsToldThenTheEnd() {
    String ahead = api.generate(PICTURE.formatted(1024));
    String task = api.generate(PICTURE.formatted(512));

    List<Event> events = api.events(task);

    assertThat(events).extracting(Event::name).containsOnly("progress", "done");
    assertThat(events).filteredOn(event -> event.name().equals("done")).containsExactly(events.get(events.size() - 1));
    assertThat(events).extracting(event -> event.json().getString("status") + " " + event.json().get("progress"))
        .containsExactly("PENDING 0", "STARTED 0", "PROGRESS 10", "PROGRESS 20", "PROGRESS 30", "PROGRESS 40",
            "PROGRESS 50", "PROGRESS 60", "PROGRESS 70", "PROGRESS 80", "PROGRESS 90", "PROGRESS 99", "SUCCESS 100",
            "SUCCESS 100");
    assertThat(events.get(0).data()).isEqualTo("""
        {"task_id":"%s","status":"PENDING","result":null,"error":null,"error_code":null,"error_hint":null,\
        "image_url":null,"progress":0}""".formatted(task));
    assertThat(events.get(events.size() - 1).data()).isEqualTo(api.get("/v1/tasks/" + task).body());
    api.awaitResult(ahead);
  }

  @Test
  void aFinishedTaskIsToldAtOnce() {
    String task = api.generate(PICTURE.formatted(64));
    api.awaitResult(task);

    List<Event> events = api.events(task);

    String status = api.get("/v1/tasks/" + task).body();
    assertThat(events).containsExactly(new Event("progress", "1", status), new Event("done", "done", status));
  }

  @Test
  void aBrowserThatConnectsAgainAfterTheEndIsToldToStop() {
    String task = api.generate(PICTURE.formatted(64));
    api.awaitResult(task);

    assertThat(api.get("/v1/tasks/" + task + "/events", "Last-Event-ID", "done")).hasToString("204 ");
  }

  @Test
  void whoConnectsLaterHearsThePresentStateFirst() {
    String task = api.generate(PICTURE.formatted(2048));
    int seen = last(api.watch(task, status -> status.getInt("progress") > 20)).getInt("progress");

    List<Event> events = api.events(task);

    assertThat(events.get(0).json().getInt("progress")).isGreaterThanOrEqualTo(seen);
    assertThat(last(events).name()).isEqualTo("done");
  }

  @Test
  void aCancelledTaskEndsItsStream() {
    String task = api.generate(PICTURE.formatted(2048));
    CompletableFuture<List<Event>> events = CompletableFuture.supplyAsync(() -> api.events(task));
    api.watch(task, status -> status.getString("status").equals("PROGRESS"));

    api.cancel(task);

    assertThat(last(events.join()).json().getString("status")).isEqualTo("REVOKED");
  }

  /** What comes on a connection behind a stream is served when the stream has ended. */
  @Test
  void whoNeverSendsTheBodyOfHisNextRequestHoldsNoOtherListenerUp() throws IOException {
    String task = api.generate(PICTURE.formatted(2048));
    String next = api.generate(PICTURE.formatted(512));
    URI server = URI.create(api.url());
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      String headers = " HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\nX-Auth-Key: " + api.key()
          + "\r\nContent-Type: application/json\r\n";
      socket.getOutputStream().write(("GET /v1/tasks/" + task + "/events" + headers + "\r\nPOST /v1/images/generate" + headers
          + "Content-Length: 100\r\n\r\n").getBytes(ISO_8859_1));
      CompletableFuture<String> answers = CompletableFuture.supplyAsync(() -> readUntil(socket, " 408 "));
      api.watch(task, status -> status.getString("status").equals("PROGRESS"));
      CompletableFuture<List<Event>> events = api.eventsLater(next);
      api.cancel(task);

      CompletableFuture.anyOf(events, answers).join();

      assertThat(answers).as("The answer to the body that does not come").isNotDone();
      assertThat(last(events.join()).name()).isEqualTo("done");
    }
  }

  /** What comes until it has a text, or until the end. */
  private static String readUntil(Socket socket, String text) {
    StringBuilder read = new StringBuilder();
    try {
      for (int next = socket.getInputStream().read(); next >= 0 && read.indexOf(text) < 0; next = socket.getInputStream().read()) {
        read.append((char) next);
      }
    } catch (IOException closed) {
      read.append(closed);
    }
    return read.toString();
  }

  @Test
  void twoHundredListenersHearEveryStepWithoutAThreadForEach() {
    String ahead = api.generate("{\"prompt\":\"a hill\",\"width\":2048,\"height\":2048,\"num_inference_steps\":50}");
    String task = api.generate(PICTURE.formatted(1024));
    double threads = api.metric("jvm_threads_live_threads");

    List<CompletableFuture<List<Event>>> streams = new ArrayList<>();
    while (streams.size() < LISTENERS) {
      // A few at a time: two hundred requests at once would be answered by many threads, which stay for a while
      IntStream.range(0, 5).forEach(i -> streams.add(api.eventsLater(task)));
      await().pollInterval(Duration.ofMillis(10))
          .until(() -> api.metric("zimage_event_streams") >= streams.size());
    }
    api.cancel(ahead); // the other one begins when all listen, however fast the machine is

    assertThat(api.metric("jvm_threads_live_threads")).isLessThan(threads + LISTENERS / 4);
    List<List<Event>> heard = new ArrayList<>();
    streams.forEach(stream -> heard.add(stream.join()));
    assertThat(heard).allSatisfy(events -> assertThat(events)
        .extracting(event -> event.json().get("progress").toString())
        .containsSubsequence("10", "20", "30", "40", "50", "60", "70", "80", "90", "99", "100"));
  }

  @Test
  void aKeyInTheAddressOpensAStream() {
    String task = api.generate(PICTURE.formatted(64));
    api.awaitResult(task);

    assertThat(api.as(null).get("/v1/tasks/" + task + "/events?auth_key=" + api.key()).status()).isEqualTo(200);
    assertThat(api.as(null).get("/v1/tasks/" + task + "/events"))
        .hasToString("401 {\"detail\":\"Missing API auth key\"}");
    assertThat(api.as(api.otherKey()).get("/v1/tasks/" + task + "/events"))
        .hasToString("403 {\"detail\":\"Not allowed to access this task\"}");
    assertThat(api.get("/v1/tasks/nothing/events")).hasToString("404 {\"detail\":\"Task not found\"}");
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }
}
