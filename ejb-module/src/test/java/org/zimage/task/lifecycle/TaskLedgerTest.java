package org.zimage.task.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zimage.caller.Caller;
import org.zimage.error.ErrorCode;
import org.zimage.image.RelativePath;
import org.zimage.image.StoredPicture;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.Failure;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class TaskLedgerTest {
  private static final StoredPicture PICTURE = new StoredPicture("0123456789abcdef0123456789abcdef",
      "/pictures/20260101/120000_x.png", "/pictures/20260101/120000_x.webp", new RelativePath("20260101/120000_x.png"),
      new RelativePath("20260101/120000_x.webp"));
  private static final StoredPicture ANOTHER_PICTURE = new StoredPicture("ffffffffffffffffffffffffffffffff", "/b.png", "/b.webp",
      new RelativePath("b.png"), new RelativePath("b.webp"));

  private final Database database = new Database();
  private final Submission submission = Platform.bean(Submission.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);

  @Test
  void claimingTakesAWaitingTaskWithItsFirstAttemptAndALease() {
    TaskId id = submit("{\"prompt\": \"a red square\", \"seed\": 7}");

    ClaimedTask claimed = ledger.claim(id, "worker-1").orElseThrow();

    assertThat(claimed.claim()).isEqualTo(new Claim(id, 1));
    assertThat(claimed.task().parameters().prompt()).isEqualTo("a red square");
    assertThat(claimed.task().parameters().seed()).isEqualTo(7);
    assertThat(database.task(id)).containsEntry("status", "running").containsEntry("worker", "worker-1");
    assertThat(database.number("SELECT extract(epoch FROM lease_until - now()) FROM image_generation_tasks"))
        .isBetween(TaskLedger.LEASE_SECONDS - 2L, (long) TaskLedger.LEASE_SECONDS);
    assertThat(database.batchOf(id)).containsEntry("status", "running");
  }

  @Test
  void ofManyWorkersThatClaimATaskOneGetsIt() throws Exception {
    TaskId id = submit("{\"prompt\": \"a red square\"}");

    List<Optional<ClaimedTask>> answers = atTheSameTime(IntStream.range(0, 16)
        .<Callable<Optional<ClaimedTask>>>mapToObj(worker -> () -> ledger.claim(id, "worker-" + worker)).toList());

    assertThat(answers).filteredOn(Optional::isPresent).hasSize(1);
    assertThat(database.task(id)).containsEntry("attempt", 1);
  }

  @Test
  void aTaskThatRunsOrIsOverOrIsGoneCannotBeClaimed() {
    TaskId running = submit("{\"prompt\": \"a red square\"}");
    ledger.claim(running, "worker");
    TaskId cancelled = submit("{\"prompt\": \"a red square\"}");
    ledger.cancelWaiting(cancelled);

    assertThat(ledger.claim(running, "another")).isEmpty();
    assertThat(ledger.claim(cancelled, "another")).isEmpty();
    assertThat(ledger.claim(TaskId.random(), "another")).isEmpty();
  }

  @Test
  void aWaitingTaskWhoseMessageWasGivenUpFailsAndARunningOneGoesOn() {
    TaskId waiting = submit("{\"prompt\": \"a red square\"}");
    TaskId running = submit("{\"prompt\": \"a red square\"}");
    ledger.claim(running, "worker");

    assertThat(ledger.giveUpWaiting(waiting)).isTrue();
    assertThat(ledger.giveUpWaiting(waiting)).as("again").isFalse();
    assertThat(ledger.giveUpWaiting(running)).isFalse();

    assertThat(database.task(waiting)).containsEntry("status", "error").containsEntry("error_code", "internal_error")
        .containsEntry("error_message", "No worker was able to take this task");
    assertThat(database.task(waiting).get("finished_at")).isNotNull();
    assertThat(database.batchOf(waiting)).containsEntry("status", "error").containsEntry("failed_count", 1);
    assertThat(database.task(running)).containsEntry("status", "running");
  }

  @Test
  void aTaskOfAnOlderInstallationWithoutASeedGetsOneWithItsClaim() {
    TaskId id = submit("{\"prompt\": \"a red square\"}");
    database.execute("UPDATE image_generation_tasks SET seed = NULL");

    ClaimedTask claimed = ledger.claim(id, "worker").orElseThrow();

    assertThat(claimed.task().parameters().seed()).isBetween(0L, (1L << 32) - 1);
    assertThat(database.task(id)).containsEntry("seed", claimed.task().parameters().seed());
  }

  @Test
  void renewingKeepsTheLeaseAndNotesTheStep() {
    Claim claim = claimed();
    database.execute("UPDATE image_generation_tasks SET lease_until = now() + interval '1 second'");

    assertThat(ledger.renew(claim, 4)).isEqualTo(Lease.HELD);

    assertThat(database.number("SELECT extract(epoch FROM lease_until - now()) FROM image_generation_tasks")).isGreaterThan(10);
    assertThat(database.task(claim.id())).containsEntry("step", 4);
  }

  @Test
  void renewingTellsTheWorkerThatItsOwnerWantsItToStop() {
    Claim claim = claimed();

    assertThat(ledger.requestCancel(claim.id())).isTrue();

    assertThat(ledger.renew(claim, 1)).isEqualTo(Lease.CANCEL_REQUESTED);
  }

  @Test
  void successRecordsThePictureAndFinishesTheBatch() {
    Claim claim = claimed();

    assertThat(ledger.succeed(claim, PICTURE)).isTrue();

    assertThat(database.task(claim.id())).containsEntry("status", "success").containsEntry("image_id", PICTURE.imageId())
        .containsEntry("relative_path", "20260101/120000_x.png").containsEntry("preview_relative_path", "20260101/120000_x.webp")
        .containsEntry("output_path", PICTURE.outputPath()).containsEntry("preview_path", PICTURE.previewOutputPath())
        .doesNotContainEntry("finished_at", null).containsEntry("lease_until", null);
    assertThat(database.batchOf(claim.id())).containsEntry("status", "success").containsEntry("success_count", 1)
        .containsEntry("failed_count", 0).doesNotContainEntry("completed_at", null);
  }

  @Test
  void failureRecordsWhyAndFailsTheBatch() {
    Claim claim = claimed();

    assertThat(ledger.fail(claim, new Failure(ErrorCode.GPU_OOM, "2048x2048 needs 20 GB"))).isTrue();

    assertThat(database.task(claim.id())).containsEntry("status", "error").containsEntry("error_code", "gpu_oom")
        .containsEntry("error_message", "2048x2048 needs 20 GB").containsEntry("error_hint", ErrorCode.GPU_OOM.hint());
    assertThat(database.batchOf(claim.id())).containsEntry("status", "error").containsEntry("failed_count", 1);
  }

  @Test
  void aCancelledRunEndsTheTaskAndTheBatch() {
    Claim claim = claimed();

    assertThat(ledger.cancelled(claim)).isTrue();

    assertThat(database.task(claim.id())).containsEntry("status", "cancelled").containsEntry("error_code", "cancelled");
    assertThat(database.batchOf(claim.id())).containsEntry("status", "cancelled").containsEntry("failed_count", 0);
  }

  @Test
  void aShutdownReturnsTheTaskWithoutCountingTheAttempt() {
    Claim first = claimed();

    assertThat(ledger.release(first)).isTrue();

    assertThat(database.task(first.id())).containsEntry("status", "pending").containsEntry("lease_until", null);
    Claim second = ledger.claim(first.id(), "another").orElseThrow().claim();
    assertThat(second.attempt()).isEqualTo(2);
    assertThat(database.task(first.id())).containsEntry("handed_back", 1);
  }

  @Test
  void aShutdownOfACancelledRunCancelsIt() {
    Claim claim = claimed();
    ledger.requestCancel(claim.id());

    assertThat(ledger.release(claim)).isTrue();

    assertThat(database.task(claim.id())).containsEntry("status", "cancelled");
  }

  static Stream<TaskState> finalStates() {
    return Stream.of(TaskState.SUCCESS, TaskState.ERROR, TaskState.CANCELLED);
  }

  @ParameterizedTest
  @MethodSource("finalStates")
  void nothingFollowsAFinalState(TaskState end) {
    Claim claim = claimed();
    finish(claim, end);

    assertThat(ledger.renew(claim, 1)).isEqualTo(Lease.LOST);
    assertThat(ledger.succeed(claim, ANOTHER_PICTURE)).isFalse();
    assertThat(ledger.fail(claim, new Failure(ErrorCode.INTERNAL_ERROR, "late"))).isFalse();
    assertThat(ledger.cancelled(claim)).isFalse();
    assertThat(ledger.release(claim)).isFalse();
    assertThat(ledger.cancelWaiting(claim.id())).isFalse();
    assertThat(ledger.requestCancel(claim.id())).isFalse();
    assertThat(ledger.expire(claim)).isEmpty();
    assertThat(ledger.claim(claim.id(), "another")).isEmpty();
    assertThat(ledger.status(claim.id())).contains(end);
  }

  @Test
  void aWorkerThatLostItsLeaseCanWriteNothing() {
    Claim stale = claimed();
    loseLease(stale);

    assertNothingIsWritten(stale, TaskState.PENDING);

    Claim current = ledger.claim(stale.id(), "another").orElseThrow().claim();
    assertNothingIsWritten(stale, TaskState.RUNNING);
    assertThat(ledger.succeed(current, PICTURE)).isTrue();
  }

  @Test
  void aWorkerThatDidNotHearTheAnswerMaySayItsLastWordsAgain() {
    Claim claim = claimed();
    Instant made = Instant.parse("2026-03-01T10:00:00Z");
    ledger.announce(claim, PICTURE.imageId(), made);
    assertThat(ledger.announce(claim, PICTURE.imageId(), made)).isTrue();
    ledger.succeed(claim, PICTURE);

    assertThat(ledger.succeed(claim, PICTURE)).isTrue();

    assertThat(ledger.succeed(claim, ANOTHER_PICTURE)).isFalse();
    assertThat(database.task(claim.id())).containsEntry("status", "success").containsEntry("image_id", PICTURE.imageId());
  }

  private void assertNothingIsWritten(Claim stale, TaskState expected) {
    assertThat(ledger.renew(stale, 9)).isEqualTo(Lease.LOST);
    assertThat(ledger.succeed(stale, PICTURE)).isFalse();
    assertThat(ledger.fail(stale, new Failure(ErrorCode.INTERNAL_ERROR, "late"))).isFalse();
    assertThat(ledger.cancelled(stale)).isFalse();
    assertThat(ledger.release(stale)).isFalse();
    assertThat(ledger.expire(stale)).isEmpty();
    assertThat(database.task(stale.id())).containsEntry("status", expected.word()).containsEntry("error_code", null)
        .containsEntry("image_id", null).containsEntry("step", 0);
  }

  @Test
  void afterTheLastAttemptALostTaskIsGivenUp() {
    TaskId id = submit("{\"prompt\": \"a red square\"}");

    for (int attempt = 1; attempt <= TaskLedger.MAX_ATTEMPTS; attempt++) {
      Claim claim = ledger.claim(id, "worker").orElseThrow().claim();
      TaskState expected = attempt < TaskLedger.MAX_ATTEMPTS ? TaskState.PENDING : TaskState.ERROR;
      assertThat(loseLease(claim)).contains(expected);
    }

    assertThat(database.task(id)).containsEntry("error_code", "worker_lost").containsEntry("attempt", TaskLedger.MAX_ATTEMPTS);
    assertThat(database.batchOf(id)).containsEntry("status", "error").containsEntry("failed_count", 1);
  }

  @Test
  void attemptsThatWereHandedBackDoNotCount() {
    TaskId id = submit("{\"prompt\": \"a red square\"}");
    for (int shutdown = 0; shutdown < TaskLedger.MAX_ATTEMPTS; shutdown++) {
      ledger.release(ledger.claim(id, "worker").orElseThrow().claim());
    }

    Claim claim = ledger.claim(id, "worker").orElseThrow().claim();

    assertThat(loseLease(claim)).contains(TaskState.PENDING);
  }

  @Test
  void aLeaseThatIsAliveDoesNotExpire() {
    Claim claim = claimed();

    assertThat(ledger.expire(claim)).isEmpty();

    assertThat(ledger.status(claim.id())).contains(TaskState.RUNNING);
  }

  @Test
  void aTaskThatWaitsIsCancelledAtOnceAndNeverRuns() {
    TaskId id = submit("{\"prompt\": \"a red square\"}");

    assertThat(ledger.cancelWaiting(id)).isTrue();

    assertThat(ledger.claim(id, "worker")).isEmpty();
    assertThat(database.task(id)).containsEntry("status", "cancelled").containsEntry("error_code", "cancelled")
        .doesNotContainEntry("finished_at", null);
  }

  @Test
  void aBatchWithSuccessesAndFailuresIsPartial() {
    List<Claim> claims = claimBatch(3);

    ledger.succeed(claims.get(0), PICTURE);
    ledger.fail(claims.get(1), new Failure(ErrorCode.INTERNAL_ERROR, "broken"));
    assertThat(database.batchOf(claims.get(0).id())).containsEntry("status", "running").containsEntry("completed_at", null);
    ledger.cancelled(claims.get(2));

    assertThat(database.batchOf(claims.get(0).id())).containsEntry("status", "partial").containsEntry("success_count", 1)
        .containsEntry("failed_count", 1).doesNotContainEntry("completed_at", null);
  }

  @Test
  void ofTwoTasksThatFinishTogetherTheSecondSeesTheFirst() throws Exception {
    List<Claim> claims = claimBatch(2);
    UserTransaction transaction = com.arjuna.ats.jta.UserTransaction.userTransaction();
    ExecutorService another = Executors.newSingleThreadExecutor();
    try {
      transaction.begin();
      ledger.succeed(claims.get(0), PICTURE);
      Future<Boolean> second = another.submit(() -> ledger.succeed(claims.get(1), PICTURE));
      await().atMost(Duration.ofSeconds(30))
          .until(() -> database.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") >= 1);
      transaction.commit();

      assertThat(second.get()).isTrue();
    } finally {
      another.shutdownNow();
    }
    assertThat(database.batchOf(claims.get(0).id())).containsEntry("status", "success").containsEntry("success_count", 2);
  }

  @Test
  void countersAreExactWhenTwoHundredTasksOfABatchFinishAtTheSameTime() throws Exception {
    int size = 200;
    List<Claim> claims = claimBatch(size);

    List<Boolean> written = atTheSameTime(IntStream.range(0, size).<Callable<Boolean>>mapToObj(i -> () -> i % 4 == 0
        ? ledger.fail(claims.get(i), new Failure(ErrorCode.INTERNAL_ERROR, "broken"))
        : ledger.succeed(claims.get(i), PICTURE)).toList());

    assertThat(written).hasSize(size).doesNotContain(false);
    assertThat(database.batchOf(claims.get(0).id())).containsEntry("status", "partial").containsEntry("success_count", 150)
        .containsEntry("failed_count", 50).doesNotContainEntry("completed_at", null);
  }

  private TaskId submit(String body) {
    return submission.submit(GenerationRequest.parse(body), Caller.ANONYMOUS, null);
  }

  private Claim claimed() {
    return ledger.claim(submit("{\"prompt\": \"a red square\"}"), "worker").orElseThrow().claim();
  }

  private List<Claim> claimBatch(int size) {
    return IntStream.range(0, size).mapToObj(index -> submit("""
        {"prompt": "a red square", "metadata": {"batch_id": "squares", "batch_index": %d, "batch_size": %d}}"""
        .formatted(index, size))).map(id -> ledger.claim(id, "worker").orElseThrow().claim()).toList();
  }

  private Optional<TaskState> loseLease(Claim claim) {
    database.execute("UPDATE image_generation_tasks SET lease_until = now() - interval '1 second' WHERE status = 'running'");
    database.seenWithoutABreak();
    return ledger.expire(claim);
  }

  private void finish(Claim claim, TaskState end) {
    switch (end) {
      case SUCCESS -> ledger.succeed(claim, PICTURE);
      case ERROR -> ledger.fail(claim, new Failure(ErrorCode.INTERNAL_ERROR, "broken"));
      case CANCELLED -> ledger.cancelled(claim);
      default -> throw new IllegalArgumentException(end + " is not an end");
    }
  }

  private static <T> List<T> atTheSameTime(List<Callable<T>> calls) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(32);
    try {
      List<Future<T>> futures = threads.invokeAll(calls);
      return futures.stream().map(TaskLedgerTest::result).toList();
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
