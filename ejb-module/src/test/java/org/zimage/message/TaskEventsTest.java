package org.zimage.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.error.ErrorCode;
import org.zimage.history.History;
import org.zimage.image.RelativePath;
import org.zimage.image.StoredPicture;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.Failure;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class TaskEventsTest {
  private static final StoredPicture PICTURE = new StoredPicture("0123456789abcdef0123456789abcdef",
      "/pictures/20260101/120000_x.png", "/pictures/20260101/120000_x.webp", new RelativePath("20260101/120000_x.png"),
      new RelativePath("20260101/120000_x.webp"));
  private static final long PATIENCE_MILLIS = 20_000;

  private final Database database = new Database();
  private final Submission submission = Platform.bean(Submission.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);

  private JMSContext listener;
  private JMSConsumer events;

  @BeforeEach
  void listen() {
    listener = Platform.servers().connectionFactory().createContext();
    events = listener.createConsumer(listener.createTopic(TaskEvents.TOPIC));
  }

  @AfterEach
  void leave() {
    listener.close();
  }

  @Test
  void theLifeOfATaskIsToldInOrder() throws JMSException {
    Caller client = Platform.bean(Callers.class).identify("client-key-1", Origin.NODE);
    TaskId task = submission.submit(GenerationRequest.parse("""
        {"prompt": "a secret cat", "width": 512, "height": 256, "seed": 7, "metadata": {"note": "mine"}}"""), client, null);
    Claim claim = ledger.claim(task, "worker-1").orElseThrow().claim();
    ledger.succeed(claim, PICTURE);

    Message submitted = next();
    Message started = next();
    Message succeeded = next();

    assertThat(List.of(body(submitted), body(started), body(succeeded))).extracting(event -> event.getString("type"))
        .containsExactly("zimage.task.submitted", "zimage.task.started", "zimage.task.succeeded");
    assertThat(succeeded.getStringProperty("type")).isEqualTo("zimage.task.succeeded");
    assertThat(succeeded.getStringProperty("client")).isEqualTo(client.clientId());
    assertThat(succeeded.getStringProperty("task_id")).isEqualTo(task.value());
    JsonObject event = body(succeeded);
    assertThat(event.getString("specversion")).isEqualTo("1.0");
    assertThat(event.getString("source")).isEqualTo("/v1/tasks");
    assertThat(event.getString("subject")).isEqualTo(task.value());
    assertThat(event.getString("datacontenttype")).isEqualTo("application/json");
    assertThat(event.getJsonObject("data")).hasToString("""
        {"task_id":"%s","batch_id":"%s","batch_index":0,"client":"%s","status":"success","attempt":1,"width":512,"height":256,\
        "seed":7,"image_id":"0123456789abcdef0123456789abcdef","image_url":"/generated-images/20260101/120000_x.webp",\
        "error_code":null,"error":null,"error_hint":null}""".formatted(task, database.batchOf(task).get("id"),
        client.clientId()));
    awaitEmptyOutbox();
  }

  @Test
  void aFailureIsToldWithItsReason() throws JMSException {
    Claim claim = ledger.claim(submit(), "worker-1").orElseThrow().claim();
    ledger.fail(claim, new Failure(ErrorCode.GPU_OOM, "4 GB are missing"));

    assertThat(types(2)).containsExactly("zimage.task.submitted", "zimage.task.started");
    JsonObject failed = body(next());

    assertThat(failed.getString("type")).isEqualTo("zimage.task.failed");
    assertThat(failed.getJsonObject("data").getString("error_code")).isEqualTo("gpu_oom");
    assertThat(failed.getJsonObject("data").getString("error")).isEqualTo("4 GB are missing");
  }

  @Test
  void anotherAttemptIsToldAsAnotherStartAndTheEndOnce() throws JMSException {
    TaskId task = submit();
    ledger.release(ledger.claim(task, "worker-1").orElseThrow().claim());
    Claim second = ledger.claim(task, "worker-2").orElseThrow().claim();
    ledger.succeed(second, PICTURE);
    ledger.succeed(second, PICTURE);
    ledger.fail(second, new Failure(ErrorCode.INTERNAL_ERROR, "too late"));

    assertThat(types(4)).containsExactly("zimage.task.submitted", "zimage.task.started", "zimage.task.started",
        "zimage.task.succeeded");
    awaitEmptyOutbox();
    assertThat(events.receiveNoWait()).isNull();
  }

  @Test
  void unfinishedTasksOfADeletedBatchAreCancelledOnce() throws JMSException {
    TaskId waiting = submit();
    Platform.bean(History.class).delete(database.batchOf(waiting).get("id").toString(), Caller.ANONYMOUS, false);

    assertThat(types(2)).containsExactly("zimage.task.submitted", "zimage.task.cancelled");
  }

  @Test
  void nothingIsToldOfWhatWasRolledBack() throws Exception {
    assertThatThrownBy(() -> submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null,
        undone -> {
          throw new IllegalStateException("rolled back");
        })).hasMessage("rolled back");

    TaskId task = submit();

    assertThat(body(next()).getString("subject")).isEqualTo(task.value());
  }

  @Test
  void eventsOutliveABrokerThatIsAwayAndComeOnceAndInOrder() throws Exception {
    leave();
    Platform.servers().stopBroker();
    List<TaskId> tasks = IntStream.range(0, 30).mapToObj(i -> submit()).toList();
    tasks.forEach(task -> ledger.succeed(ledger.claim(task, "worker").orElseThrow().claim(), PICTURE));
    assertThat(database.number("SELECT count(*) FROM outgoing_messages")).isEqualTo(90);

    Platform.servers().startBroker();
    listen();

    List<JsonObject> seen = new ArrayList<>();
    for (int i = 0; i < 90; i++) {
      seen.add(body(next()));
    }
    assertThat(seen).extracting(event -> event.getString("id")).doesNotHaveDuplicates();
    for (TaskId task : tasks) {
      assertThat(seen).filteredOn(event -> event.getString("subject").equals(task.value()))
          .extracting(event -> event.getString("type"))
          .containsExactly("zimage.task.submitted", "zimage.task.started", "zimage.task.succeeded");
    }
  }

  @Test
  void withoutListenersNothingPilesUp() {
    leave();
    submit();

    awaitEmptyOutbox();
  }

  @Test
  void selectorsFindAClientsTypeOfEvent() throws JMSException {
    Caller client = Platform.bean(Callers.class).identify("client-key-1", Origin.NODE);
    try (JMSConsumer failures = listener.createConsumer(listener.createTopic(TaskEvents.TOPIC),
        "type = 'zimage.task.cancelled' AND client = '" + client.clientId() + "'")) {
      ledger.cancelWaiting(submit());
      TaskId mine = submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), client, null);
      ledger.cancelWaiting(mine);

      assertThat(body(failures.receive(PATIENCE_MILLIS)).getString("subject")).isEqualTo(mine.value());
    }
  }

  private void awaitEmptyOutbox() {
    await().until(() -> database.number("SELECT count(*) FROM outgoing_messages") == 0);
  }

  private TaskId submit() {
    return submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);
  }

  private List<String> types(int count) throws JMSException {
    List<String> types = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      types.add(body(next()).getString("type"));
    }
    return types;
  }

  private Message next() {
    Message message = events.receive(PATIENCE_MILLIS);
    assertThat(message).as("an event within " + PATIENCE_MILLIS + " ms").isNotNull();
    return message;
  }

  private static JsonObject body(Message message) {
    try (JsonReader reader = Json.createReader(new StringReader(((TextMessage) message).getText()))) {
      return reader.readObject();
    } catch (JMSException e) {
      throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
    }
  }
}
