package org.zimage.task.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.caller.Caller;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.Lease;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class LeaseExpiryTest {
  private static final String ENDED = "UPDATE image_generation_tasks SET lease_until = now() - interval '1 second'";

  private final Database database = new Database();
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final LeaseExpiry expiry = Platform.bean(LeaseExpiry.class);

  @BeforeEach
  void theDatabaseWasThereAllTheTime() {
    database.seenWithoutABreak();
  }

  @Test
  void aTaskWhoseWorkerVanishedWaitsAgain() throws SQLException {
    TaskId id = claimed().id();
    database.execute(ENDED);

    expiry.run();

    assertThat(ledger.status(id)).contains(TaskState.PENDING);
  }

  @Test
  void aTaskThatLostItsLastWorkerFails() throws SQLException {
    TaskId id = claimed().id();
    database.execute(ENDED + ", attempt = 3");

    expiry.run();

    assertThat(database.task(id)).containsEntry("status", "error").containsEntry("error_code", "worker_lost");
  }

  @Test
  void aRunningTaskOfAnOlderInstallationWithoutALeaseFailsAndSoDoesItsBatch() throws SQLException {
    submit();
    database.execute("UPDATE image_generation_tasks SET status = 'running', task_id = 'b0e4aaf0-bfa7-421b-9cb9-4c624c7fd139'");
    database.execute("UPDATE image_generation_batches SET status = 'running'");

    expiry.run();

    TaskId old = new TaskId("b0e4aaf0-bfa7-421b-9cb9-4c624c7fd139");
    assertThat(database.task(old)).containsEntry("status", "error").containsEntry("error_code", "worker_lost");
    assertThat(database.batchOf(old)).containsEntry("status", "error").containsEntry("failed_count", 1);
  }

  @Test
  void aCancelledTaskWhoseWorkerVanishedIsCancelled() throws SQLException {
    TaskId id = claimed().id();
    ledger.requestCancel(id);
    database.execute(ENDED);

    expiry.run();

    assertThat(ledger.status(id)).contains(TaskState.CANCELLED);
  }

  @Test
  void aTaskWithALivingLeaseIsLeftAlone() throws SQLException {
    TaskId id = claimed().id();

    expiry.run();

    assertThat(ledger.status(id)).contains(TaskState.RUNNING);
  }

  @Test
  void aTaskThatCannotBeReadFailsAndKeepsNoOtherFromItsNextAttempt() throws SQLException {
    TaskId unreadable = claimed().id();
    TaskId next = claimed().id();
    database.execute("UPDATE image_generation_batches SET status = 'no status' WHERE id = (SELECT batch_id FROM "
        + "image_generation_tasks WHERE task_id = '" + unreadable + "')");
    database.execute(ENDED);
    database.execute("UPDATE image_generation_tasks SET lease_until = now() - interval '1 hour' WHERE task_id = '"
        + unreadable + "'");

    expiry.run();
    assertThat(ledger.status(next)).contains(TaskState.PENDING);
    assertThat(ledger.status(unreadable)).contains(TaskState.RUNNING);
    for (int again = 0; again < 2; again++) {
      database.seenWithoutABreak();
      expiry.run();
    }

    assertThat(database.task(unreadable)).containsEntry("status", "error").containsEntry("error_code", "internal_error")
        .containsEntry("error_message", "The task cannot be read");
    assertThat(database.batchOf(unreadable)).containsEntry("status", "error").containsEntry("failed_count", 1);
  }

  @Test
  void aRowOfAnOlderInstallationWhoseNameIsNoTasksKeepsNoOtherFromItsNextAttempt() throws SQLException {
    TaskId nameless = claimed().id();
    TaskId next = claimed().id();
    database.execute(ENDED);
    database.execute("UPDATE image_generation_tasks SET task_id = 'a task' WHERE task_id = '" + nameless + "'");

    expiry.run();

    assertThat(ledger.status(next)).contains(TaskState.PENDING);
  }

  @Test
  void aWorkerThatStandsStillInTheMiddleOfATransactionDoesNotHoldUpTheOthers() throws Exception {
    TaskId locked = claimed().id();
    TaskId next = claimed().id();
    database.execute(ENDED);
    try (var worker = Platform.database().getConnection(); var statement = worker.createStatement()) {
      worker.setAutoCommit(false);
      statement.execute("UPDATE image_generation_tasks SET step = 1 WHERE task_id = '" + locked + "'");

      expiry.run();

      assertThat(ledger.status(next)).contains(TaskState.PENDING);
      worker.rollback();
    }
    database.seenWithoutABreak();
    expiry.run();
    assertThat(ledger.status(locked)).contains(TaskState.PENDING);
  }

  /** Nobody has looked for a while: all nodes were down, or cut off, or another database has taken over. */
  @Test
  void aLeaseThatEndedWhileNobodyLookedCanBeRenewedForAnother() throws SQLException {
    Claim claim = claimed();
    database.execute(ENDED);
    database.execute("UPDATE chores SET begun_at = now() - interval '30 seconds'");

    expiry.run();
    assertThat(ledger.renew(claim, 1)).isEqualTo(Lease.HELD);

    database.execute(ENDED);
    database.execute("UPDATE chores SET begun_at = now() - interval '2 seconds', unbroken_since = now() - interval '14 seconds'");
    expiry.run();
    assertThat(ledger.status(claim.id())).as("within a lease of the return").contains(TaskState.RUNNING);
    database.execute("UPDATE chores SET begun_at = now() - interval '2 seconds', unbroken_since = now() - interval '16 seconds'");
    expiry.run();
    assertThat(ledger.status(claim.id())).contains(TaskState.PENDING);
  }

  @Test
  void aClockThatIsSetBackCountsAsABreakAndStopsNobody() throws SQLException {
    claimed();
    database.execute(ENDED);
    database.execute("UPDATE chores SET begun_at = now() + interval '1 hour', unbroken_since = now() - interval '1 hour'");

    expiry.run();

    assertThat(database.number("SELECT extract(epoch FROM now() - unbroken_since) FROM chores")).isZero();
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks WHERE status = 'running'")).isOne();
  }

  @Test
  void anOutageThatLastsLongerThanALeaseCostsNoAttempt() throws Exception {
    Claim claim = claimed();
    ScheduledExecutorService nodes = Executors.newScheduledThreadPool(2);
    try {
      nodes.scheduleWithFixedDelay(() -> expire(), 0, 100, TimeUnit.MILLISECONDS);
      nodes.scheduleAtFixedRate(() -> renew(claim), 2, 2, TimeUnit.SECONDS);
      await().until(() -> database.number("SELECT count(*) FROM chores WHERE begun_at > now() - interval '1 second'") > 0);

      Platform.servers().freezeDatabase();
      try {
        Instant end = Instant.now().plusSeconds(TaskLedger.LEASE_SECONDS + 2);
        await().atMost(Duration.ofMinutes(1)).until(() -> Instant.now().isAfter(end));
      } finally {
        Platform.servers().thawDatabase();
      }

      await("a lease renewed, and looks at it").until(() -> database.number("SELECT count(*) FROM image_generation_tasks, chores "
          + "WHERE lease_until > now() + interval '12 seconds' AND begun_at > unbroken_since + interval '3 seconds'") > 0);
      assertThat(database.task(claim.id())).containsEntry("status", "running").containsEntry("attempt", 1)
          .containsEntry("handed_back", 0);
    } finally {
      nodes.shutdownNow();
      assertThat(nodes.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  private void expire() {
    try {
      expiry.run();
    } catch (SQLException | RuntimeException databaseAway) {
      // A node tries again
    }
  }

  private void renew(Claim claim) {
    try {
      ledger.renew(claim, 1);
    } catch (RuntimeException databaseAway) {
      // A worker tries again
    }
  }

  private static TaskId submit() {
    return Platform.bean(Submission.class).submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);
  }

  private Claim claimed() {
    return ledger.claim(submit(), "worker").orElseThrow().claim();
  }
}
