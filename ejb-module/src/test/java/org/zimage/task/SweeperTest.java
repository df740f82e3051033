package org.zimage.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.caller.Caller;
import org.zimage.image.EncodedPicture;
import org.zimage.image.ImageStore;
import org.zimage.image.StoredPicture;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.platform.TestClock;

@ExtendWith(Platform.class)
class SweeperTest {
  private static final String IMAGE_ID = "0123456789abcdef0123456789abcdef";

  private final Database database = new Database();
  private final Submission submission = Platform.bean(Submission.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final Sweeper sweeper = Platform.bean(Sweeper.class);
  private final ImageStore store = Platform.bean(ImageStore.class);
  private final WorkQueue queue = Platform.bean(WorkQueue.class);

  /** Whatever other tests left in the queue, and the pause between two looks at it. */
  @BeforeEach
  void beginAfresh() {
    drainQueue();
    Platform.bean(TestClock.class).advance(Duration.ofMinutes(1));
  }

  @Test
  void aTaskWhoseWorkerVanishedIsDispatchedAgain() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    ledger.claim(id, "worker");
    drainQueue();
    database.execute("UPDATE image_generation_tasks SET lease_until = now() - interval '1 second'");

    sweeper.sweep();

    assertThat(ledger.status(id)).contains(TaskStatus.PENDING);
    awaitMessage(id);
  }

  @Test
  void aTaskThatLostItsLastWorkerFails() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    ledger.claim(id, "worker");
    database.execute("UPDATE image_generation_tasks SET lease_until = now() - interval '1 second', attempt = 3");

    sweeper.sweep();

    assertThat(database.task(id)).containsEntry("status", "error").containsEntry("error_code", "worker_lost");
  }

  @Test
  void aRunningTaskOfAnOlderInstallationWithoutALeaseFailsAndSoDoesItsBatch() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    database.execute("UPDATE image_generation_tasks SET status = 'running', task_id = 'b0e4aaf0-bfa7-421b-9cb9-4c624c7fd139'");
    database.execute("UPDATE image_generation_batches SET status = 'running'");

    sweeper.sweep();

    TaskId old = new TaskId("b0e4aaf0-bfa7-421b-9cb9-4c624c7fd139");
    assertThat(id).isNotEqualTo(old);
    assertThat(database.task(old)).containsEntry("status", "error").containsEntry("error_code", "worker_lost");
    assertThat(database.batchOf(old)).containsEntry("status", "error").containsEntry("failed_count", 1);
  }

  @Test
  void aCancelledTaskWhoseWorkerVanishedIsCancelled() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    ledger.claim(id, "worker");
    ledger.requestCancel(id);
    database.execute("UPDATE image_generation_tasks SET lease_until = now() - interval '1 second'");

    sweeper.sweep();

    assertThat(ledger.status(id)).contains(TaskStatus.CANCELLED);
  }

  @Test
  void aTaskWithALivingLeaseIsLeftAlone() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    ledger.claim(id, "worker");

    sweeper.sweep();

    assertThat(ledger.status(id)).contains(TaskStatus.RUNNING);
  }

  @Test
  void aTaskThatWasNeverDispatchedIsDispatchedAfterSomeSeconds() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    drainQueue();
    database.execute("UPDATE image_generation_tasks SET dispatched_at = NULL, created_at = now() - interval '6 seconds'");

    sweeper.sweep();

    awaitMessage(id);
  }

  @Test
  void aTaskOfANodeWhoseClockIsAnHourAheadIsDispatchedAllTheSame() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    drainQueue();
    database.execute("UPDATE image_generation_tasks SET dispatched_at = NULL, created_at = now() + interval '1 hour'");

    sweeper.sweep();

    awaitMessage(id);
  }

  @Test
  void thePictureOfAnAttemptThatIsOverIsRemoved() throws Exception {
    TaskId id = submitAndWaitForItsMessage();
    Claim claim = ledger.claim(id, "worker").orElseThrow().claim();
    Instant made = Instant.parse("2026-01-02T03:04:05Z");
    assertThat(ledger.announce(claim, IMAGE_ID, made)).isTrue();
    StoredPicture picture = store.store(IMAGE_ID, made, new EncodedPicture(new byte[] {1}, new byte[] {2}));
    Path half = Path.of(picture.outputPath()).resolveSibling("." + Path.of(picture.outputPath()).getFileName() + ".part");
    Files.write(half, new byte[] {3});

    sweeper.sweep();
    assertThat(store.find(picture.relativePath())).as("of an attempt that is not over").isPresent();

    database.execute("UPDATE image_generation_tasks SET lease_until = now() - interval '1 second'");
    sweeper.sweep();

    assertThat(store.find(picture.relativePath())).isEmpty();
    assertThat(store.find(picture.previewRelativePath())).isEmpty();
    assertThat(half).doesNotExist();
    assertThat(Platform.bean(Backlog.class).abandonedPictures()).isEmpty();
  }

  @Test
  void thePictureOfATaskThatSucceededStays() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    Claim claim = ledger.claim(id, "worker").orElseThrow().claim();
    Instant made = Instant.parse("2026-01-02T03:04:06Z");
    ledger.announce(claim, IMAGE_ID, made);
    StoredPicture picture = store.store(IMAGE_ID, made, new EncodedPicture(new byte[] {1}, new byte[] {2}));
    ledger.succeed(claim, picture);

    sweeper.sweep();

    assertThat(store.find(picture.relativePath())).isPresent();
    store.discard(IMAGE_ID, made);
  }

  @Test
  void aTaskWhoseMessageIsNotInTheQueueAnyMoreIsDispatchedAgain() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    drainQueue();
    database.execute("UPDATE image_generation_tasks SET dispatched_at = now() - interval '31 seconds'");

    sweeper.sweep();

    awaitMessage(id);
  }

  @Test
  void aTaskWhoseMessageIsStillInTheQueueIsNotDispatchedAgain() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    database.execute("UPDATE image_generation_tasks SET dispatched_at = now() - interval '31 seconds'");

    sweeper.sweep();
    // The dispatcher works in order: once a later task has its message, the earlier one has been dealt with
    submitAndWaitForItsMessage();

    assertThat(countMessages(id)).isOne();
  }

  @Test
  void oneNodeSweepsAtATime() throws SQLException {
    try (Connection another = Platform.database().getConnection(); Statement statement = another.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(x'7377656570'::bigint)");
      assertThat(sweeper.sweep()).isFalse();
    }
    await().untilAsserted(() -> assertThat(sweeper.sweep()).isTrue());
  }

  private TaskId submitAndWaitForItsMessage() {
    TaskId id = submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);
    awaitMessage(id);
    await().until(() -> database.task(id).get("dispatched_at") != null);
    return id;
  }

  private void awaitMessage(TaskId id) {
    await().untilAsserted(() -> assertThat(queue.content().orElse(Set.of())).contains(id));
  }

  private static void drainQueue() {
    try (JMSContext context = Platform.servers().connectionFactory().createContext()) {
      try (var consumer = context.createConsumer(context.createQueue(WorkQueue.NAME))) {
        while (consumer.receiveNoWait() != null) {
          // Each is gone with its receipt
        }
      }
    }
  }

  private static int countMessages(TaskId id) {
    int count = 0;
    try (JMSContext context = Platform.servers().connectionFactory().createContext();
        var consumer = context.createConsumer(context.createQueue(WorkQueue.NAME))) {
      for (String body = consumer.receiveBodyNoWait(String.class); body != null;
          body = consumer.receiveBodyNoWait(String.class)) {
        count += body.equals(id.value()) ? 1 : 0;
      }
    }
    return count;
  }
}
