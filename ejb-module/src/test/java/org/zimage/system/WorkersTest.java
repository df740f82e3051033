package org.zimage.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.caller.Caller;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class WorkersTest {
  private static final Workers.Worker ONE =
      new Workers.Worker("host-1:17", "z-image-nano", Json.createObjectBuilder().add("canvas_multiple", 16).build(),
          Json.createObjectBuilder().add("processors", 2).build());
  private static final Workers.Worker TWO =
      new Workers.Worker("host-2:18", "z-image-turbo", Json.createObjectBuilder().add("canvas_multiple", 16).build(),
          Json.createObjectBuilder().add("processors", 2).build());

  private final Database database = new Database();
  private final Workers workers = Platform.bean(Workers.class);
  private final SystemOverview overview = Platform.bean(SystemOverview.class);

  @Test
  void workersThatWereSeenLatelyAreAlive() {
    workers.seen(ONE);
    workers.seen(TWO);
    workers.seen(ONE);

    assertThat(workers.alive()).containsExactly(ONE, TWO);
    assertThat(workers.serve("z-image-turbo")).isTrue();
    assertThat(workers.serve("z-image-base")).isFalse();
  }

  @Test
  void aWorkerThatIsSilentForLongIsGone() {
    workers.seen(ONE);
    database.execute("UPDATE workers SET seen_at = now() - interval '31 seconds'");

    assertThat(workers.alive()).isEmpty();
    assertThat(workers.serve("z-image-nano")).isFalse();
    assertThat(workers.forgetOld()).isZero();
    database.execute("UPDATE workers SET seen_at = now() - interval '25 hours'");
    assertThat(workers.forgetOld()).isOne();
  }

  @Test
  void aWorkerThatStopsIsGoneAtOnce() {
    workers.seen(ONE);

    workers.gone(ONE.name());

    assertThat(workers.alive()).isEmpty();
    assertThat(workers.serve(ONE.model())).isFalse();
    assertThat(workers.forgetOld()).as("what it served is known for a day").isZero();
  }

  @Test
  void theOverviewCountsWhatWaitsAndRuns() {
    Submission submission = Platform.bean(Submission.class);
    GenerationRequest request = GenerationRequest.parse("{\"prompt\": \"a cat\"}");
    assertThat(overview.now()).isEqualTo(new SystemOverview.Snapshot(0, 0, 0, workers.alive()));
    TaskId running = submission.submit(request, Caller.ANONYMOUS, null);
    Platform.bean(TaskLedger.class).claim(running, "worker");
    submission.submit(request, Caller.ANONYMOUS, null);
    submission.submit(request, Caller.ANONYMOUS, null);
    database.execute("UPDATE image_generation_tasks SET created_at = now() - interval '1 minute'");
    workers.seen(ONE);

    SystemOverview.Snapshot snapshot = overview.now();

    assertThat(snapshot.waiting()).isEqualTo(2);
    assertThat(snapshot.running()).isOne();
    assertThat(snapshot.oldestWaitSeconds()).isBetween(60L, 70L);
    assertThat(snapshot.workers()).containsExactly(ONE);
  }
}
