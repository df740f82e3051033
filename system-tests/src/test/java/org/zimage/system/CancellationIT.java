package org.zimage.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import org.junit.jupiter.api.Test;

class CancellationIT {
  private final Api api = new Api(RunningSystem.shared());

  @Test
  void stopsARunningTaskBeforeItsEndAndKeepsTheModelLoaded() {
    String id = api.generate(Requests.slow(1));
    api.awaitStatus(id, "PROGRESS");

    JsonObject answer = api.cancel(id);

    assertThat(answer.toString())
        .isEqualTo("{\"task_id\":\"" + id + "\",\"status\":\"CANCELLED\",\"message\":\"Cancellation requested\"}");
    assertThat(api.awaitEnd(id).getString("status")).isEqualTo("REVOKED");
    assertThat(api.awaitEnd(api.generate(Requests.small("a red circle", 1))).getString("status")).isEqualTo("SUCCESS");
    assertThat(api.get("/worker/health/ready").json().getInt("model_loads")).isEqualTo(1);
  }

  @Test
  void neverRunsAWaitingTaskThatWasCancelled() {
    String running = api.generate(Requests.slow(2));
    String waiting = api.generate(Requests.slow(3));

    api.cancel(waiting);
    assertThat(api.status(waiting)).isEqualTo("REVOKED");

    api.cancel(running);
    api.awaitEnd(running);
    assertThat(api.awaitEnd(api.generate(Requests.small("a ring", 1))).getString("status")).isEqualTo("SUCCESS");
    JsonObject task = api.task(waiting);
    assertThat(task.getString("status")).isEqualTo("REVOKED");
    assertThat(task.getString("error_code")).isEqualTo("cancelled");
    assertThat(task.getString("error_hint")).isNotBlank();
  }

  @Test
  void saysThatAFinishedTaskIsFinished() {
    String id = api.generate(Requests.small("a cross", 1));
    api.awaitEnd(id);

    assertThat(api.cancel(id).toString())
        .isEqualTo("{\"task_id\":\"" + id + "\",\"status\":\"SUCCESS\",\"message\":\"Task already completed\"}");
  }

  @Test
  void saysThatACancelledTaskIsCancelled() {
    String id = api.generate(Requests.slow(4));
    api.cancel(id);
    api.awaitEnd(id);

    assertThat(api.cancel(id).toString())
        .isEqualTo("{\"task_id\":\"" + id + "\",\"status\":\"REVOKED\",\"message\":\"Task already cancelled\"}");
  }
}
