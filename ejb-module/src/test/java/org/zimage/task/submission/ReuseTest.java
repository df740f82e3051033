package org.zimage.task.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.error.ErrorCode;
import org.zimage.history.BatchFilter;
import org.zimage.history.History;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.lora.upload.LoraLibrary;
import org.zimage.metrics.SystemMetrics;
import org.zimage.picture.encoding.EncodedPicture;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.platform.TestClock;
import org.zimage.system.Workers;
import org.zimage.task.Failure;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.Cancellation;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.recovery.Redispatch;
import org.zimage.task.removal.FileRemoval;
import org.zimage.task.reuse.LostPictures;
import org.zimage.task.view.Tasks;

/** A client that asks for the same again gets the picture that it has. */
@ExtendWith(Platform.class)
class ReuseTest {
  private static final String CAT = "{\"prompt\": \"a cat\", \"seed\": 7, \"reuse\": true}";
  private static final String WORKER = "host:1";

  private final Database database = new Database();
  private final Callers callers = Platform.bean(Callers.class);
  private final Workers workers = Platform.bean(Workers.class);
  private final Submission submission = Platform.bean(Submission.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final History history = Platform.bean(History.class);
  private final Tasks tasks = Platform.bean(Tasks.class);

  @BeforeEach
  void aWorkerIsThere() {
    workers.seen(WORKER, "nano", null, null);
    workers.toldManner(WORKER, "one manner");
  }

  @Test
  void aPictureThatIsThereIsGivenAgainAtOnceAsATaskOfItsOwn() {
    TaskId first = drawn(CAT);

    TaskId again = submit(CAT);

    TaskStatusResponse status = tasks.find(again.value(), Caller.ANONYMOUS).status();
    assertThat(again).isNotEqualTo(first);
    assertThat(status.status()).isEqualTo(TaskStatus.SUCCESS);
    assertThat(status.progress()).isEqualTo(100);
    assertThat(status.result().reusedFrom()).isEqualTo(first.value());
    assertThat(Stream.of("image_id", "output_path", "preview_path", "relative_path", "preview_relative_path"))
        .allSatisfy(column -> assertThat(database.task(again)).containsEntry(column, database.task(first).get(column)));
    assertThat(database.task(again)).containsEntry("attempt", 0).containsEntry("dispatched_at", null).doesNotContainEntry("finished_at", null);
    assertThat(database.batchOf(again)).containsEntry("status", "success").containsEntry("success_count", 1);
    assertThat(tasks.find(first.value(), Caller.ANONYMOUS).status().result().reusedFrom()).isNull();
  }

  @Test
  void whatIsLeftOutAndWhatIsAskedForByItsDefaultAreTheSame() {
    TaskId first = drawn("{\"prompt\": \"a cat\", \"seed\": 7}");

    assertThat(source(submit("""
        {"prompt": "a cat", "seed": "7", "reuse": true, "width": 1024, "height": 1024, "num_inference_steps": 9, "guidance_scale": 0,
         "negative_prompt": "", "cfg_normalization": false, "noise": "cpu", "embed_parameters": true, "model": "nano",
         "metadata": {"batch_id": "another one", "note": "mine"}}"""))).isEqualTo(first.value());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"prompt\": \"a Cat\"", "\"seed\": 8", "\"width\": 512", "\"height\": 512", "\"num_inference_steps\": 8",
      "\"guidance_scale\": 1", "\"negative_prompt\": \"dogs\"", "\"cfg_normalization\": 0.5", "\"cfg_truncation\": 0.5",
      "\"max_sequence_length\": 100", "\"noise\": \"cuda\"", "\"embed_parameters\": false", "\"reuse\": false", "\"seed\": null"})
  void whatIsAnotherPictureOrIsNotToBeGivenAgainIsDrawn(String field) {
    drawn(CAT);
    database.execute("UPDATE image_generation_tasks SET seed = 8 WHERE seed IS NULL");

    assertThat(database.task(submit(CAT.replace("}", ", " + field + "}")))).containsEntry("status", "pending")
        .containsEntry("reused_from", null);
  }

  @Test
  void anotherClientsPictureIsDrawnAgain() {
    TaskId first = drawn(CAT);
    Caller other = callers.identify("client-key-1", Origin.NODE);

    TaskId drawn = submission.submit(GenerationRequest.parse(CAT), other, null);

    assertThat(database.task(drawn)).containsEntry("status", "pending").containsEntry("reused_from", null);
    assertThat(source(submit(CAT))).isEqualTo(first.value());
  }

  @Test
  void whatTheWorkersWouldDrawOtherwiseNowIsDrawnAgain() {
    TaskId first = drawn(CAT);
    workers.toldManner(WORKER, "another manner");

    TaskId again = drawn(CAT);
    assertThat(source(submit(CAT))).isEqualTo(again.value());

    workers.seen("host:2", "nano", null, null);
    workers.toldManner("host:2", "one manner");
    assertThat(source(submit(CAT))).as("the oldest that one of the workers would draw").isEqualTo(first.value());
  }

  @Test
  void aPictureOfAModelThatNobodyServesIsNotGivenAgain() {
    drawn(CAT);
    workers.gone(WORKER);

    assertThat(database.task(submit(CAT))).containsEntry("status", "pending");
  }

  @Test
  void aPictureOfAWorkerThatDidNotSayItsMannerIsNotGivenAgain() {
    database.execute("UPDATE workers SET manner = NULL");
    drawn(CAT);

    assertThat(database.task(submit(CAT))).containsEntry("status", "pending");
  }

  @Test
  void whoeverDeletesTheFirstTaskHasThePictureOfTheSecond() {
    TaskId first = drawn(CAT);
    TaskId second = submit(CAT);

    delete(first, false);

    TaskId third = submit(CAT);
    assertThat(source(third)).isEqualTo(second.value());
    assertThat(database.task(third)).as("whose files they are").containsEntry("pictures_of", first.value());
    history.page(Caller.ANONYMOUS, BatchFilter.NONE, 50, 0).batches().forEach(batch -> history.delete(batch.taskId(), Caller.ANONYMOUS, false));
    assertThat(database.task(submit(CAT))).as("when all are deleted").containsEntry("status", "pending");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theFilesStayUntilTheLastTaskThatHasThemIsRemoved(boolean firstEndsFirst) {
    TaskId first = drawn(CAT);
    List<TaskId> order = new ArrayList<>(List.of(first, submit(CAT), submit(CAT)));
    Map<String, Object> files = database.task(first);
    if (!firstEndsFirst) {
      Collections.reverse(order);
    }

    for (TaskId task : order) {
      assertThat(areThere(files)).isTrue();
      delete(task, true);
    }

    assertThat(areThere(files)).isFalse();
    assertThat(database.number("SELECT count(*) FROM removals")).isZero();
  }

  @Test
  void filesThatWereToStayWithTheFirstTaskStay() {
    TaskId first = drawn(CAT);
    TaskId second = submit(CAT);
    Map<String, Object> files = database.task(first);

    delete(first, false);
    delete(second, true);

    assertThat(areThere(files)).isTrue();
  }

  @Test
  void aPictureWhoseTimeIsOverIsDrawnAgain() {
    String request = CAT.replace("}", ", \"expires_in\": 60}");
    drawn(request);
    assertThat(database.task(submit(request))).containsEntry("status", "success");
    database.execute("UPDATE image_generation_tasks SET finished_at = finished_at - interval '61 seconds'");

    assertThat(database.task(submit(request))).containsEntry("status", "pending");
  }

  @ParameterizedTest
  @ValueSource(strings = {"relative_path", "preview_relative_path"})
  void aPictureWhoseFilesSomebodyRemovedIsDrawnAgain(String file) {
    TaskId lost = drawn(CAT);
    Platform.bean(ImageStore.class).remove(new RelativePath((String) database.task(lost).get(file)));

    TaskId again = drawn(CAT);

    assertThat(source(submit(CAT))).isEqualTo(again.value());
  }

  @Test
  void equalRequestsAtTheSameMomentAreDrawnOnce() throws Exception {
    List<TaskId> all = atTheSameTime(8);

    List<TaskId> waiting = all.stream().filter(id -> database.task(id).get("reused_from") != null).toList();
    TaskId first = all.stream().filter(id -> !waiting.contains(id)).findFirst().orElseThrow();
    assertThat(waiting).hasSize(7).allSatisfy(id -> {
      assertThat(database.task(id)).containsEntry("status", "pending").containsEntry("reused_from", first.value());
      assertThat(ledger.claim(id, WORKER)).isEmpty();
    });

    double reused = metric();
    draw(first, "a".repeat(32));

    await().untilAsserted(() -> assertThat(waiting).allSatisfy(id -> assertThat(database.task(id)).containsEntry("status", "success")
        .containsEntry("image_id", "a".repeat(32)).containsEntry("reused_from", first.value())));
    assertThat(database.number("SELECT sum(success_count) FROM image_generation_batches")).isEqualTo(8);
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks WHERE attempt > 0")).isOne();
    await().untilAsserted(() -> assertThat(metric()).isEqualTo(reused + 7));
  }

  @Test
  void aRequestWaitsForAnEqualOneThatIsDrawnThoughThatDoesNotReuse() {
    TaskId first = submit("{\"prompt\": \"a cat\", \"seed\": 7}");
    ledger.claim(first, WORKER);

    assertThat(database.task(submit(CAT))).containsEntry("status", "pending").containsEntry("reused_from", first.value());
  }

  enum End { FAILED, CANCELLED, DELETED }

  @ParameterizedTest
  @EnumSource
  void whenTheFirstEndsWithoutAPictureTheNextIsDrawn(End end) {
    TaskId first = submit(CAT);
    TaskId second = submit(CAT);
    TaskId third = submit(CAT);
    Claim claim = ledger.claim(first, WORKER).orElseThrow().claim();

    switch (end) {
      case FAILED -> ledger.fail(claim, new Failure(ErrorCode.GPU_OOM, "too large"));
      case CANCELLED -> ledger.cancelled(claim);
      case DELETED -> delete(first, false);
    }

    await().until(() -> database.task(second).get("dispatched_at") != null);
    assertThat(database.task(second)).containsEntry("reused_from", null);
    assertThat(database.task(third)).containsEntry("reused_from", second.value());
    draw(second, "b".repeat(32));
    await().untilAsserted(() -> assertThat(source(third)).isEqualTo(second.value()));
  }

  @Test
  void whoeverWaitsForAPictureMayBeCancelledAlone() {
    TaskId first = submit(CAT);
    TaskId second = submit(CAT);
    TaskId third = submit(CAT);

    Platform.bean(Cancellation.class).cancel(second.value(), Caller.ANONYMOUS);
    draw(first, "c".repeat(32));

    await().untilAsserted(() -> assertThat(source(third)).isEqualTo(first.value()));
    assertThat(database.task(second)).containsEntry("status", "cancelled").containsEntry("image_id", null);
  }

  @Test
  void aNodeThatDiesBeforeItGivesThePictureIsFollowedByAnother() throws Exception {
    TaskId first = submit(CAT);
    TaskId second = submit(CAT);
    // As by a node that died behind its commit: nobody in this process has heard of it
    database.execute("UPDATE image_generation_tasks SET status = 'success', image_id = 'i', relative_path = 'd/i.png' "
        + "WHERE task_id = '" + first + "'");

    Platform.bean(Redispatch.class).run();

    await().untilAsserted(() -> assertThat(source(second)).isEqualTo(first.value()));
  }

  @Test
  void aReusedTaskIsToldOfAsOneThatWasDrawn() {
    drawn(CAT);
    database.execute("DELETE FROM outgoing_messages");

    TaskId again = submit(CAT.replace("}", ", \"webhook_url\": \"https://receiver.test/x\", \"webhook_events\": "
        + "[\"zimage.task.submitted\", \"zimage.task.succeeded\"]}"));

    assertThat(database.rows("SELECT type FROM outgoing_messages ORDER BY 1")).extracting(row -> row.get("type"))
        .as("what the relay has not sent yet").isSubsetOf("zimage.task.submitted", "zimage.task.succeeded");
    assertThat(database.rows("SELECT type, body FROM webhook_deliveries WHERE task_id = '" + again + "' ORDER BY number"))
        .extracting(row -> row.get("type")).containsExactly("zimage.task.submitted", "zimage.task.succeeded");
    assertThat((String) database.row("SELECT body FROM webhook_deliveries WHERE type LIKE '%succeeded'").get("body"))
        .contains("\"reused_from\":\"");
  }

  @Test
  void theSeedOfATaskThatDrewItsOwnLeadsToItsPicture() {
    TaskId first = drawn("{\"prompt\": \"a cat\"}");

    assertThat(source(submit("{\"prompt\": \"a cat\", \"reuse\": true, \"seed\": " + database.task(first).get("seed") + "}")))
        .isEqualTo(first.value());
  }

  @Test
  void theOperatorDecidesForRequestsThatDoNotSay() {
    assertThat(mayReuse("{\"prompt\": \"a cat\", \"seed\": 7}", true)).isTrue();
    assertThat(mayReuse("{\"prompt\": \"a cat\", \"seed\": 7}", false)).isFalse();
    assertThat(mayReuse("{\"prompt\": \"a cat\", \"seed\": 7, \"reuse\": false}", true)).isFalse();
    assertThat(mayReuse("{\"prompt\": \"a cat\"}", true)).as("without a seed").isFalse();
  }

  private static boolean mayReuse(String request, boolean byDefault) {
    return new SubmittedRequest(GenerationRequest.parse(request), Caller.ANONYMOUS, null, Platform.bean(RandomGenerator.class),
        Platform.bean(LoraLibrary.class), Platform.bean(TestClock.class).instant()).mayReuse(byDefault);
  }

  private TaskId submit(String request) {
    return submission.submit(GenerationRequest.parse(request), Caller.ANONYMOUS, null);
  }

  private TaskId drawn(String request) {
    TaskId id = submit(request);
    draw(id, id.value());
    return id;
  }

  private void draw(TaskId id, String imageId) {
    Claim claim = ledger.claim(id, WORKER).orElseThrow().claim();
    assertThat(ledger.succeed(claim, Platform.bean(ImageStore.class).store(imageId, Instant.EPOCH,
        new EncodedPicture(new byte[] {1}, new byte[] {2})))).isTrue();
  }

  /** The task whose picture a finished one has. */
  private Object source(TaskId id) {
    assertThat(database.task(id)).containsEntry("status", "success");
    return database.task(id).get("reused_from");
  }

  private void delete(TaskId id, boolean withPictures) {
    history.delete(database.batchOf(id).get("id").toString(), Caller.ANONYMOUS, withPictures);
    Platform.bean(FileRemoval.class).run();
  }

  private static boolean areThere(Map<String, Object> task) {
    return Stream.of("relative_path", "preview_relative_path")
        .allMatch(file -> Platform.bean(ImageStore.class).find(new RelativePath((String) task.get(file))).isPresent());
  }

  private static double metric() {
    return Platform.bean(SystemMetrics.class).page().lines().filter(line -> line.startsWith("zimage_pictures_reused_total"))
        .mapToDouble(line -> Double.parseDouble(line.split(" ")[1])).sum();
  }

  /** As two nodes with several callers each. */
  private static List<TaskId> atTheSameTime(int calls) throws Exception {
    CyclicBarrier start = new CyclicBarrier(calls);
    List<Submission> nodes = Stream.generate(() -> new Submission(Platform.bean(SubmissionTransaction.class),
        Platform.bean(RandomGenerator.class), Platform.bean(LoraLibrary.class), Platform.bean(TestClock.class), Platform.bean(Workers.class),
        Platform.bean(LostPictures.class))).limit(2).toList();
    List<FutureTask<TaskId>> tasks = IntStream.range(0, calls).mapToObj(call -> new FutureTask<>(() -> {
      start.await();
      return nodes.get(call % 2).submit(GenerationRequest.parse(CAT), Caller.ANONYMOUS, null);
    })).toList();
    tasks.forEach(task -> new Thread(task).start());
    List<TaskId> ids = new ArrayList<>();
    for (FutureTask<TaskId> task : tasks) {
      ids.add(task.get());
    }
    return ids;
  }
}
