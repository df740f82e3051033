package org.zimage.task.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.events.TaskSnapshot;
import org.zimage.api.json.Bodies;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.error.ErrorCode;
import org.zimage.image.RelativePath;
import org.zimage.image.StoredPicture;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.progress.Progress;
import org.zimage.progress.ProgressStore;
import org.zimage.task.Failure;
import org.zimage.task.TaskId;
import org.zimage.task.TaskNotAllowed;
import org.zimage.task.TaskNotFound;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class TasksTest {
  private static final StoredPicture PICTURE = new StoredPicture("0123456789abcdef0123456789abcdef",
      "/pictures/20260101/120000_x.png", "/pictures/20260101/120000_x.webp", new RelativePath("20260101/120000_x.png"),
      new RelativePath("20260101/120000_x.webp"));

  private final Database database = new Database();
  private final Callers callers = Platform.bean(Callers.class);
  private final Submission submission = Platform.bean(Submission.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final Tasks tasks = Platform.bean(Tasks.class);
  private final ProgressStore progressStore = Platform.bean(ProgressStore.class);

  @Test
  void aNewTaskIsPending() {
    TaskId id = submit(Caller.ANONYMOUS);

    assertThat(tasks.find(id.value(), Caller.ANONYMOUS))
        .isEqualTo(new TaskSnapshot(new TaskStatusResponse(id.value(), TaskStatus.PENDING, null, null, null, null, null, 0, null), 0));
  }

  @Test
  void ofManyTasksThoseThatHaveChangedAreFoundAtOnce() {
    TaskId waiting = submit(Caller.ANONYMOUS);
    TaskId taken = submit(Caller.ANONYMOUS);
    List<String> all = List.of(waiting.value(), taken.value(), "ffffffffffffffffffffffffffffffff");
    Map<String, String> before = tasks.versions(all);

    ledger.claim(taken, "worker");

    Map<String, String> after = tasks.versions(all);
    assertThat(after).containsOnlyKeys(waiting.value(), taken.value());
    assertThat(after.get(taken.value())).isNotEqualTo(before.get(taken.value()));
  }

  @Test
  void aTaskThatWasTakenIsStartedUntilItsFirstStep() {
    Claim claim = claimed();
    assertThat(tasks.find(claim.id().value(), Caller.ANONYMOUS).status().status()).isEqualTo(TaskStatus.STARTED);

    progressStore.report(claim.id(), claim.attempt(), "worker", new Progress(3, 9));

    assertThat(tasks.find(claim.id().value(), Caller.ANONYMOUS))
        .isEqualTo(Tasks.running(claim.id().value(), 1, new Progress(3, 9)));
  }

  @Test
  void progressOfAnEarlierAttemptIsNotShown() {
    Claim claim = claimed();
    progressStore.report(claim.id(), claim.attempt(), "worker", new Progress(8, 9));
    ledger.release(claim);
    assertThat(tasks.find(claim.id().value(), Caller.ANONYMOUS).status().status()).isEqualTo(TaskStatus.RETRY);

    ledger.claim(claim.id(), "another");

    assertThat(tasks.find(claim.id().value(), Caller.ANONYMOUS).status().status()).isEqualTo(TaskStatus.STARTED);
  }

  @Test
  void withRedisAwayProgressIsThatOfTheLastRenewal() throws Exception {
    Claim claim = claimed();
    Platform.servers().stopRedis();
    try {
      ledger.renew(claim, 6);

      TaskStatusResponse view = tasks.find(claim.id().value(), Caller.ANONYMOUS).status();

      assertThat(view.status()).isEqualTo(TaskStatus.PROGRESS);
      assertThat(view.progress()).isEqualTo(66);
    } finally {
      Platform.servers().startRedis();
      Platform.awaitRedis();
    }
  }

  @Test
  void aTaskThatLostItsWorkerWaitsForARetry() {
    Claim claim = claimed();
    database.execute("UPDATE image_generation_tasks SET lease_until = now() - interval '1 second'");
    database.seenWithoutABreak();
    ledger.expire(claim);

    assertThat(tasks.find(claim.id().value(), Caller.ANONYMOUS).status().status()).isEqualTo(TaskStatus.RETRY);
  }

  @Test
  void aFinishedTaskShowsEveryFieldOfTheDocument() {
    Caller client = callers.identify("client-key-1", Origin.NODE);
    TaskId id = submit(client);
    ledger.succeed(ledger.claim(id, "worker").orElseThrow().claim(), PICTURE);
    database.execute("UPDATE image_generation_tasks SET created_at = '2025-01-01 12:00:00.5+00'");

    assertThat(Bodies.text(tasks.find(id.value(), client).status())).isEqualTo("""
        {"task_id":"%s","status":"SUCCESS","result":{"image_id":"0123456789abcdef0123456789abcdef",\
        "prompt":"a cat sitting on the chair","height":1024,"width":1024,"num_inference_steps":9,"guidance_scale":0.0,\
        "seed":42,"negative_prompt":"","cfg_normalization":null,"cfg_truncation":null,"max_sequence_length":null,\
        "created_at":"2025-01-01T12:00:00.500000+00:00","auth_key":"client-key-1","metadata":null,\
        "output_path":"/pictures/20260101/120000_x.png","relative_path":"20260101/120000_x.png",\
        "preview_output_path":"/pictures/20260101/120000_x.webp","preview_relative_path":"20260101/120000_x.webp"},\
        "error":null,"error_code":null,"error_hint":null,"image_url":"/generated-images/20260101/120000_x.webp",\
        "progress":100}""".formatted(id));
  }

  @ParameterizedTest
  @CsvSource({"NULL, NULL, null", "true, NULL, true", "false, NULL, false", "true, 0.75, 0.75"})
  void normalizationIsShownAsItWasAskedForInRowsOfEarlierVersionsToo(String bool, String factor, String shown) {
    TaskId id = submit(Caller.ANONYMOUS);
    ledger.succeed(ledger.claim(id, "worker").orElseThrow().claim(), PICTURE);
    database.execute("UPDATE image_generation_tasks SET cfg_normalization = " + bool + ", cfg_normalization_factor = " + factor);

    assertThat(Bodies.text(tasks.find(id.value(), Caller.ANONYMOUS).status())).contains("\"cfg_normalization\":" + shown + ",");
  }

  @Test
  void theAdministratorSeesTheOwnersIdInsteadOfTheKey() {
    Caller client = callers.identify("client-key-1", Origin.NODE);
    TaskId id = submit(client);
    ledger.succeed(ledger.claim(id, "worker").orElseThrow().claim(), PICTURE);

    assertThat(tasks.find(id.value(), callers.identify("admin-key", Origin.NODE)).status().result().authKey()).isEqualTo(client.clientId());
  }

  @Test
  void aFailedTaskSaysWhyAndWhatToDo() {
    Claim claim = claimed();
    ledger.fail(claim, new Failure(ErrorCode.GPU_OOM, "no room for 2048x2048"));

    assertThat(tasks.find(claim.id().value(), Caller.ANONYMOUS)).isEqualTo(new TaskSnapshot(new TaskStatusResponse(
        claim.id().value(), TaskStatus.FAILURE, null, "no room for 2048x2048", "gpu_oom", ErrorCode.GPU_OOM.hint(), null, null, null), 1));
  }

  @Test
  void aCancelledTaskIsRevoked() {
    TaskId id = submit(Caller.ANONYMOUS);
    ledger.cancelWaiting(id);

    TaskStatusResponse view = tasks.find(id.value(), Caller.ANONYMOUS).status();

    assertThat(view.status()).isEqualTo(TaskStatus.REVOKED);
    assertThat(view.errorCode()).isEqualTo("cancelled");
    assertThat(view.result()).isNull();
  }

  @Test
  void anIdIsFoundWithAndWithoutDashesHoweverItIsStored() {
    TaskId ours = submit(Caller.ANONYMOUS);
    TaskId old = submit(Caller.ANONYMOUS);
    database.execute("UPDATE image_generation_tasks SET task_id = 'b0e4aaf0-bfa7-421b-9cb9-4c624c7fd139' "
        + "WHERE task_id = '" + old + "'");

    assertThat(tasks.find(ours.spellings().get(1), Caller.ANONYMOUS).status().taskId()).isEqualTo(ours.value());
    assertThat(tasks.find("b0e4aaf0bfa7421b9cb94c624c7fd139", Caller.ANONYMOUS).status().taskId())
        .isEqualTo("b0e4aaf0-bfa7-421b-9cb9-4c624c7fd139");
    assertThat(tasks.find("B0E4AAF0-BFA7-421B-9CB9-4C624C7FD139", Caller.ANONYMOUS).status().taskId())
        .isEqualTo("b0e4aaf0-bfa7-421b-9cb9-4c624c7fd139");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "../etc/passwd", "b0e4aaf0bfa7421b9cb94c624c7fd139", "'; DROP TABLE api_clients; --", "\u0000"})
  void whatIsNoTaskIsNotFound(String id) {
    assertThatThrownBy(() -> tasks.find(id, Caller.ANONYMOUS)).isInstanceOf(TaskNotFound.class).hasMessage("Task not found");
  }

  @Test
  void anotherClientsTaskIsNotShown() {
    TaskId id = submit(callers.identify("client-key-1", Origin.NODE));

    assertThatThrownBy(() -> tasks.find(id.value(), callers.identify("client-key-2", Origin.NODE))).isInstanceOf(TaskNotAllowed.class)
        .hasMessage("Not allowed to access this task");
  }

  @Test
  void aTaskWithoutAnOwnerIsTheAdministratorsWhereKeysAreNeeded() {
    TaskId id = submit(Caller.ANONYMOUS);

    assertThatThrownBy(() -> tasks.find(id.value(), callers.identify("client-key-1", Origin.NODE))).isInstanceOf(TaskNotAllowed.class);
    assertThat(tasks.find(id.value(), callers.identify("admin-key", Origin.NODE)).status().taskId()).isEqualTo(id.value());
  }

  private TaskId submit(Caller caller) {
    return submission.submit(
        GenerationRequest.parse("{\"prompt\": \"a cat sitting on the chair\", \"seed\": 42}"), caller, null);
  }

  private Claim claimed() {
    return ledger.claim(submit(Caller.ANONYMOUS), "worker").orElseThrow().claim();
  }
}
