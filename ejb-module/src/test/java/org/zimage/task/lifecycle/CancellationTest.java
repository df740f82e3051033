package org.zimage.task.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.api.CancelTaskResponse;
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
import org.zimage.task.TaskState;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class CancellationTest {
  private final Database database = new Database();
  private final Callers callers = Platform.bean(Callers.class);
  private final Submission submission = Platform.bean(Submission.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final Cancellation cancellation = Platform.bean(Cancellation.class);
  private final ProgressStore progressStore = Platform.bean(ProgressStore.class);

  @Test
  void aWaitingTaskIsCancelledAtOnce() {
    TaskId id = submit(Caller.ANONYMOUS);

    assertThat(cancellation.cancel(id.value(), Caller.ANONYMOUS))
        .isEqualTo(new CancelTaskResponse(id.value(), "CANCELLED", "Cancellation requested"));

    assertThat(ledger.status(id)).contains(TaskState.CANCELLED);
    assertThat(ledger.claim(id, "worker")).isEmpty();
    assertThat(cancellation.cancel(id.value(), Caller.ANONYMOUS))
        .isEqualTo(new CancelTaskResponse(id.value(), "REVOKED", "Task already cancelled"));
  }

  @Test
  void listenersHearOfACancelledTask() throws Exception {
    TaskId id = submit(Caller.ANONYMOUS);
    Set<TaskId> heard = ConcurrentHashMap.newKeySet();
    try (AutoCloseable subscription = progressStore.subscribe(change -> heard.add(change.id()))) {
      Platform.awaitFeed();

      cancellation.cancel(id.value(), Caller.ANONYMOUS);

      await().until(() -> heard.contains(id));
    }
  }

  @Test
  void theWorkerOfARunningTaskLearnsItWithItsNextStep() {
    Claim claim = ledger.claim(submit(Caller.ANONYMOUS), "worker").orElseThrow().claim();
    assertThat(progressStore.report(claim.id(), claim.attempt(), "worker", new Progress(1, 9))).isFalse();

    assertThat(cancellation.cancel(claim.id().value(), Caller.ANONYMOUS))
        .isEqualTo(new CancelTaskResponse(claim.id().value(), "CANCELLED", "Cancellation requested"));

    assertThat(progressStore.report(claim.id(), claim.attempt(), "worker", new Progress(2, 9))).isTrue();
    assertThat(database.task(claim.id())).doesNotContainEntry("cancel_requested_at", null).containsEntry("status", "running");
  }

  @Test
  void withRedisAwayTheWorkerLearnsItWithItsNextRenewal() throws Exception {
    Claim claim = ledger.claim(submit(Caller.ANONYMOUS), "worker").orElseThrow().claim();
    Platform.servers().stopRedis();
    try {
      cancellation.cancel(claim.id().value(), Caller.ANONYMOUS);

      assertThat(progressStore.report(claim.id(), claim.attempt(), "worker", new Progress(2, 9))).isFalse();
      assertThat(ledger.renew(claim, 2)).isEqualTo(Lease.CANCEL_REQUESTED);
    } finally {
      Platform.servers().startRedis();
      Platform.awaitRedis();
    }
  }

  @Test
  void askingAgainWhileTheTaskRunsChangesNothing() {
    Claim claim = ledger.claim(submit(Caller.ANONYMOUS), "worker").orElseThrow().claim();
    cancellation.cancel(claim.id().value(), Caller.ANONYMOUS);
    Object requested = database.task(claim.id()).get("cancel_requested_at");

    assertThat(cancellation.cancel(claim.id().value(), Caller.ANONYMOUS).status()).isEqualTo("CANCELLED");

    assertThat(database.task(claim.id())).containsEntry("cancel_requested_at", requested);
  }

  @Test
  void aFinishedTaskStaysAsItIs() {
    Claim claim = ledger.claim(submit(Caller.ANONYMOUS), "worker").orElseThrow().claim();
    ledger.succeed(claim, new StoredPicture("0123456789abcdef0123456789abcdef", "/a.png", "/a.webp", new RelativePath("a.png"),
        new RelativePath("a.webp")));

    assertThat(cancellation.cancel(claim.id().value(), Caller.ANONYMOUS))
        .isEqualTo(new CancelTaskResponse(claim.id().value(), "SUCCESS", "Task already completed"));
  }

  @Test
  void aFailedTaskStaysAsItIs() {
    Claim claim = ledger.claim(submit(Caller.ANONYMOUS), "worker").orElseThrow().claim();
    ledger.fail(claim, new Failure(ErrorCode.INTERNAL_ERROR, "broken"));

    assertThat(cancellation.cancel(claim.id().value(), Caller.ANONYMOUS))
        .isEqualTo(new CancelTaskResponse(claim.id().value(), "FAILURE", "Task already completed"));
  }

  @Test
  void anotherClientsTaskCannotBeCancelled() {
    TaskId id = submit(callers.identify("client-key-1", Origin.NODE));

    assertThatThrownBy(() -> cancellation.cancel(id.value(), callers.identify("client-key-2", Origin.NODE)))
        .isInstanceOf(TaskNotAllowed.class);
    assertThatThrownBy(() -> cancellation.cancel("nothing", Caller.ANONYMOUS)).isInstanceOf(TaskNotFound.class);

    assertThat(ledger.status(id)).contains(TaskState.PENDING);
  }

  private TaskId submit(Caller caller) {
    return submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), caller, null);
  }
}
