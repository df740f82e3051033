package org.zimage.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

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
