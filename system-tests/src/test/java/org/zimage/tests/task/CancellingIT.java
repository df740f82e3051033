package org.zimage.tests.task;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;

/** Changing one's mind. */
@ExtendWith(SharedSystem.class)
class CancellingIT {
  /** Half a minute of work, unless it is stopped. */
  private static final String LONG = "{\"prompt\":\"a sea\",\"width\":2048,\"height\":2048,\"num_inference_steps\":50}";
  private static final String SHORT = "{\"prompt\":\"a hill\",\"width\":64,\"height\":64,\"num_inference_steps\":2}";
  private static final String REVOKED = """
      {"task_id":"%s","status":"REVOKED","result":null,"error":"Task was cancelled","error_code":"cancelled",\
      "error_hint":"The task was cancelled; send the request again to get the picture.","image_url":null,"progress":null}""";

  private final Api api;

  CancellingIT(Api api) {
    this.api = api;
  }

  @Test
  void aRunningTaskStopsBeforeItsNextStepAndTheNextTaskStartsWithoutLoadingTheModel() {
    JsonObject worker = api.get("/worker/health/ready").json();
    String running = api.generate(LONG);
    api.watch(running, status -> status.getString("status").equals("PROGRESS"));

    assertThat(api.cancel(running).toString()).isEqualTo(
        "{\"task_id\":\"%s\",\"status\":\"CANCELLED\",\"message\":\"Cancellation requested\"}".formatted(running));
    String next = api.generate(SHORT);

    List<JsonObject> seen = api.watch(running, Api::isOver);
    assertThat(seen.get(seen.size() - 1).toString()).isEqualTo(REVOKED.formatted(running));
    api.awaitResult(next);
    assertThat(api.get("/worker/health/ready").json()).isEqualTo(worker);
  }

  @Test
  void aWaitingTaskNeverRuns() {
    String running = api.generate(LONG);
    String waiting = api.generate(SHORT);

    api.cancel(waiting);

    assertThat(api.status(waiting).toString()).isEqualTo(REVOKED.formatted(waiting));
    api.cancel(running);
    api.awaitEnd(running);
    api.awaitResult(api.generate(SHORT));
    assertThat(api.status(waiting).toString()).as("after its turn").isEqualTo(REVOKED.formatted(waiting));
  }

  @Test
  void cancellingAgainSaysThatItIsCancelled() {
    String task = api.generate(LONG);
    api.cancel(task);
    api.awaitEnd(task);

    assertThat(api.cancel(task).toString()).isEqualTo(
        "{\"task_id\":\"%s\",\"status\":\"REVOKED\",\"message\":\"Task already cancelled\"}".formatted(task));
  }

  @Test
  void aFinishedTaskStaysFinished() {
    String task = api.generate(SHORT);
    api.awaitResult(task);

    assertThat(api.cancel(task).toString()).isEqualTo(
        "{\"task_id\":\"%s\",\"status\":\"SUCCESS\",\"message\":\"Task already completed\"}".formatted(task));
    assertThat(api.status(task).getString("status")).isEqualTo("SUCCESS");
  }
}
