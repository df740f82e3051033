package org.zimage.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.api.SystemStatus;
import org.zimage.api.SystemStatus.Worker;
import org.zimage.api.json.Bodies;
import org.zimage.api.model.ModelDefaults;
import org.zimage.caller.Caller;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class WorkersTest {
  private static final Workers.Card CARD = new Workers.Card("float32", 16, "abc", 3, null);
  private static final Workers.Machine MACHINE = new Workers.Machine("cpu", "two cores", 2, 1L << 33, 2048);
  private static final ModelDefaults BASE = new ModelDefaults(28, 4.0, "noise", 0.0, List.of("1024x1024"));
  private static final String ONE = "host-1:17";
  private static final String TWO = "host-2:18";

  private final Database database = new Database();
  private final Workers workers = Platform.bean(Workers.class);
  private final SystemOverview overview = Platform.bean(SystemOverview.class);

  @Test
  void workersThatWereSeenLatelyAreAlive() {
    workers.seen(ONE, "z-image-nano", CARD, MACHINE);
    workers.seen(TWO, "z-image-turbo", CARD, MACHINE);
    workers.seen(ONE, "z-image-nano", CARD, MACHINE);

    assertThat(workers.alive()).extracting(Worker::name).containsExactly(ONE, TWO);
    assertThat(Bodies.text(workers.alive().get(0))).contains("\"canvas_multiple\":16", "\"largest_square\":2048");
    assertThat(workers.served().mayBeNamed("z-image-turbo")).isTrue();
    assertThat(workers.served().mayBeNamed("z-image-base")).isFalse();
  }

  @Test
  void whatWasServedLatelyIsASecondOldAtMost() {
    workers.seen(ONE, "z-image-nano", CARD, MACHINE);
    assertThat(workers.servedLately().names()).isEqualTo("z-image-nano");

    database.execute("UPDATE workers SET model = 'z-image-turbo'"); // as on another node

    assertThat(workers.servedLately().names()).isEqualTo("z-image-nano");
    await().untilAsserted(() -> assertThat(workers.servedLately().names()).isEqualTo("z-image-turbo"));
  }

  @Test
  void theLayersOfAModelAreToldOnce() {
    assertThat(workers.seen(ONE, "z-image-nano", CARD, MACHINE)).isTrue();
    assertThat(workers.targets()).isEmpty();

    workers.toldTargets(ONE, Map.of("layer.weight", new long[] {2, 3}));

    assertThat(workers.seen(ONE, "z-image-nano", CARD, MACHINE)).isFalse();
    assertThat(workers.seen(TWO, "z-image-nano", CARD, MACHINE)).isTrue();
    assertThat(workers.targets()).singleElement().satisfies(told -> {
      assertThat(told.model()).isEqualTo("z-image-nano");
      assertThat(told.shapes()).containsOnlyKeys("layer.weight");
      assertThat(told.shapes().get("layer.weight")).containsExactly(2, 3);
    });
  }

  @Test
  void workersTellTheDefaultsOfTheirModels() {
    workers.seen(ONE, "z-image", card(BASE), MACHINE);

    assertThat(workers.served().models()).extracting(ServedModels.Model::defaults).containsExactly(BASE);
    assertThat(workers.alive().get(0).defaults()).isEqualTo(BASE);
    assertThat(overview.now().defaults()).isEqualTo(BASE);
    assertThat(workers.alive().get(0).card().getJsonObject("defaults").get("cfg_normalization")).isEqualTo(JsonValue.FALSE);
  }

  @Test
  void theWorkerThatWasStartedLastSaysWhatItsModelTakes() {
    workers.seen(ONE, "z-image", CARD, MACHINE);
    workers.seen(TWO, "z-image", card(BASE), MACHINE);
    assertThat(workers.served().defaults("z-image")).isEqualTo(BASE);

    database.execute("UPDATE workers SET started_at = started_at - interval '1 hour' WHERE name = '" + TWO + "'");
    assertThat(workers.served().defaults("z-image")).isEqualTo(ModelDefaults.NONE);
  }

  @Test
  void aRequestThatNamesNoneOfSeveralModelsHasTheDefaultsOfTheModelThatItGets() {
    workers.seen(ONE, "z-image-nano", CARD, MACHINE);
    workers.seen(TWO, "z-image", card(BASE), MACHINE);
    database.execute("UPDATE workers SET started_at = started_at - interval '1 hour' WHERE name = '" + TWO + "'");

    assertThat(workers.served().forUnnamed()).isEqualTo("z-image");
    assertThat(workers.served().defaults(null)).isEqualTo(BASE);
    assertThat(workers.served().defaults("z-image")).isEqualTo(BASE);
    assertThat(workers.served().defaults("z-image-nano")).isEqualTo(ModelDefaults.NONE);
  }

  @Test
  void whileNoWorkerIsThereTheModelThatWasServedLastHolds() {
    assertThat(workers.served().defaults(null)).as("none was ever there").isEqualTo(ModelDefaults.NONE);
    workers.seen(ONE, "z-image-nano", CARD, MACHINE);
    workers.gone(ONE);
    workers.seen(TWO, "z-image", card(BASE), MACHINE);

    workers.gone(TWO);
    assertThat(workers.served().defaults(null)).isEqualTo(BASE);
    assertThat(workers.served().models()).isEmpty();
  }

  private static Workers.Card card(ModelDefaults defaults) {
    return new Workers.Card("float32", 16, "abc", 6, defaults);
  }

  @Test
  void aWorkerThatIsSilentForLongIsGone() {
    workers.seen(ONE, "z-image-nano", CARD, MACHINE);
    database.execute("UPDATE workers SET seen_at = now() - interval '31 seconds'");

    assertThat(workers.alive()).isEmpty();
    assertThat(workers.served().models()).isEmpty();
    assertThat(workers.forgetOld()).isZero();
    database.execute("UPDATE workers SET seen_at = now() - interval '25 hours'");
    assertThat(workers.forgetOld()).isOne();
  }

  @Test
  void aWorkerThatStopsIsGoneAtOnce() {
    workers.seen(ONE, "z-image-nano", CARD, MACHINE);

    workers.gone(ONE);

    assertThat(workers.alive()).isEmpty();
    assertThat(workers.served().models()).isEmpty();
    assertThat(workers.forgetOld()).as("what it served is known for a day").isZero();
  }

  @Test
  void theOverviewCountsWhatWaitsAndRuns() {
    Submission submission = Platform.bean(Submission.class);
    GenerationRequest request = GenerationRequest.parse("{\"prompt\": \"a cat\"}");
    assertThat(overview.now()).isEqualTo(new SystemStatus(0, 0, 0, overview.now().limits(), ModelDefaults.NONE, List.of(), List.of()));
    TaskId running = submission.submit(request, Caller.ANONYMOUS, null);
    Platform.bean(TaskLedger.class).claim(running, "worker");
    submission.submit(request, Caller.ANONYMOUS, null);
    submission.submit(request, Caller.ANONYMOUS, null);
    database.execute("UPDATE image_generation_tasks SET created_at = now() - interval '1 minute'");
    workers.seen(ONE, "z-image-nano", CARD, MACHINE);

    SystemStatus snapshot = overview.now();

    assertThat(snapshot.queueDepth()).isEqualTo(2);
    assertThat(snapshot.running()).isOne();
    assertThat(snapshot.oldestWaitSeconds()).isBetween(60L, 70L);
    assertThat(snapshot.workers()).extracting(Worker::name).containsExactly(ONE);
  }

  @Test
  void theOverviewSaysOfEachModelWhatWaitsAndWhoServesIt() {
    Submission submission = Platform.bean(Submission.class);
    submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\", \"model\": \"gone\"}"), Caller.ANONYMOUS, null);
    submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);
    workers.seen(ONE, "z-image-turbo", CARD, MACHINE);
    database.execute("UPDATE workers SET started_at = now() - interval '1 minute'");
    workers.seen(TWO, "z-image-nano", CARD, MACHINE);
    TaskId running = submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\", \"model\": \"z-image-nano\"}"), Caller.ANONYMOUS, null);
    Platform.bean(TaskLedger.class).claim(running, TWO);

    assertThat(overview.now().models()).containsExactly(new SystemStatus.Model("gone", false, 0, 1, 0),
        new SystemStatus.Model("z-image-nano", false, 1, 0, 1), new SystemStatus.Model("z-image-turbo", true, 1, 1, 0));
  }
}
