package org.zimage.task.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.enterprise.inject.spi.CDI;
import java.sql.Connection;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.api.BatchDetail;
import org.zimage.api.TaskSummary;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.history.History;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.platform.TestClock;
import org.zimage.platform.TestResources;
import org.zimage.progress.Progress;
import org.zimage.progress.ProgressStore;
import org.zimage.task.TaskId;
import org.zimage.task.TaskNotFound;
import org.zimage.task.TaskState;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.lifecycle.Turns;
import org.zimage.task.view.Tasks;
import redis.clients.jedis.Jedis;

/** When tasks are removed, and what goes with them. */
@ExtendWith(Platform.class)
class EndsTest {
  private static final String BATCH = "0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a";

  private final Database database = new Database();
  private final TasksWithFiles pictures = new TasksWithFiles(Platform.bean(ImageStore.class));
  private final Tasks tasks = Platform.bean(Tasks.class);
  private final History history = Platform.bean(History.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final ProgressStore progressStore = Platform.bean(ProgressStore.class);
  private final FileRemoval files = Platform.bean(FileRemoval.class);
  private final Ends ends = Platform.bean(Ends.class);
  private Caller owner;

  @BeforeEach
  void identify() {
    owner = Platform.bean(Callers.class).identify("owner's key", Origin.NODE);
  }

  @Test
  void aTaskGoesWholeSoLongAfterItsEndAsItsRequestSaid() throws Exception {
    TaskId task = pictures.finished(owner, """
        "expires_in": 60, "webhook_url": "http://receiver.test/hook", "image": "%s\"""".formatted(TasksWithFiles.dataUrl()));
    TaskId other = pictures.finished(owner, "\"expires_in\": 3600");
    progressStore.changed(task, TaskState.SUCCESS, 1, "worker", new Progress(9, 9));
    pictures.run(ends);
    assertThat(pictures.files(task)).as("before its end").hasSize(2);

    pictures.endedBefore(task, "61 seconds");
    pictures.run(ends);
    assertThat(pictures.rows("removals")).as("its pictures, and the one that it began with").isEqualTo(2);
    assertThat(pictures.files(task)).as("announced, not removed yet").hasSize(2);
    files.run();

    assertThat(pictures.files(task)).isEmpty();
    for (String table : List.of("removals", "input_pictures", "webhooks", "webhook_deliveries", "unfinished_pictures")) {
      assertThat(pictures.rows(table)).as(table).isZero();
    }
    assertThatThrownBy(() -> tasks.find(task.value(), owner)).isInstanceOf(TaskNotFound.class);
    try (Jedis redis = new Jedis(Platform.servers().redisUrl())) {
      assertThat(redis.keys("*" + task + "*")).isEmpty();
    }
    assertThat(pictures.files(other)).hasSize(2);
    assertThat(database.row("SELECT count(*), min(batch_size) FROM image_generation_batches")).containsEntry("count", 1L);
  }

  @Test
  void whatEndedBeforeTheRetentionGoes() throws Exception {
    TaskId old = pictures.finished(owner, "");
    TaskId young = pictures.finished(owner, "");
    TaskId unfinished = pictures.submit(owner, "");
    TaskId failed = pictures.submit(owner, "");
    TaskId foreign = pictures.submit(owner, "");
    ledger.giveUpWaiting(failed);
    ledger.giveUpWaiting(foreign);
    for (TaskId task : List.of(old, unfinished, failed, foreign)) {
      pictures.endedBefore(task, "2 days");
    }
    database.execute("UPDATE image_generation_tasks SET finished_at = NULL WHERE task_id = '" + foreign + "'");
    database.execute("INSERT INTO image_generation_batches (id, prompt, width, height, num_inference_steps, guidance_scale, created_at) "
        + "VALUES ('" + BATCH + "', 'that never got a task', 64, 64, 1, 0, now() - interval '3 days')");

    pictures.run(endsAfter("P1DT12H", Clock.systemUTC()));

    assertThat(database.rows("SELECT task_id FROM image_generation_tasks")).extracting(row -> row.get("task_id"))
        .containsExactlyInAnyOrder(young.value(), unfinished.value());
    assertThat(pictures.rows("image_generation_batches")).isEqualTo(2);
  }

  @Test
  void theRetentionCountsByTheClock() throws Exception {
    pictures.finished(owner, "\"expires_in\": 300000000");
    TestClock clock = new TestClock();
    Ends afterAMonth = endsAfter("P1M", clock);

    clock.advance(Duration.ofDays(27));
    pictures.run(afterAMonth);
    assertThat(pictures.rows("image_generation_tasks")).isOne();

    clock.advance(Duration.ofDays(5));
    pictures.run(afterAMonth);
    assertThat(pictures.rows("image_generation_tasks")).as("however late an end its request asked for").isZero();
  }

  @Test
  void callersSeeWhenATaskEnds() {
    TaskId task = pictures.submit(owner, inBatch(0) + ", \"expires_in\": 60");
    TaskId endless = pictures.finished(owner, inBatch(1));
    assertThat(tasks.find(task.value(), owner).status().expiresAt()).as("while it is not over").isNull();

    pictures.finish(task);

    Instant finished = database.rows("SELECT finished_at FROM image_generation_tasks WHERE task_id = '" + task + "'").stream()
        .map(row -> ((Timestamp) row.get("finished_at")).toInstant()).findFirst().orElseThrow();
    assertThat(tasks.find(task.value(), owner).status().expiresAt()).isEqualTo(finished.plusSeconds(60));
    assertThat(tasks.find(endless.value(), owner).status().expiresAt()).isNull();
    assertThat(history.pictures(history.batch(BATCH, owner))).extracting(BatchDetail.Item::expiresAt)
        .containsExactly(finished.plusSeconds(60), null);
  }

  @Test
  void aBatchIsAsLargeAsTheTasksThatItKeeps() throws Exception {
    pictures.submit(owner, inBatch(0));
    TaskId gone = pictures.finished(owner, inBatch(1) + ", \"expires_in\": 60");
    TaskId kept = pictures.finished(owner, inBatch(2));
    pictures.endedBefore(gone, "61 seconds");

    pictures.run(ends);

    TaskSummary batch = history.batch(BATCH, owner);
    assertThat(batch.batchSize()).isEqualTo(3);
    assertThat(batch.successCount()).isOne();
    assertThat(batch.status()).isEqualTo("PENDING");
    pictures.endedBefore(kept, "61 seconds");
    database.execute("UPDATE image_generation_tasks SET expires_in = 60, status = 'success'");
    database.execute("UPDATE image_generation_tasks SET finished_at = now() - interval '1 day'");
    pictures.run(ends);
    assertThat(pictures.rows("image_generation_batches")).isZero();
  }

  @Test
  void aPictureThatAnotherTaskBeginsWithStays() throws Exception {
    TaskId gone = pictures.finished(owner, "\"expires_in\": 60, \"image\": \"" + TasksWithFiles.dataUrl() + "\"");
    TaskId other = pictures.finished(owner, "");
    database.execute("UPDATE image_generation_tasks SET image_path = (SELECT relative_path FROM input_pictures) WHERE task_id = '"
        + other + "'");
    pictures.endedBefore(gone, "61 seconds");

    pictures.run(ends);
    files.run();

    assertThat(pictures.rows("input_pictures")).isOne();
    assertThat(Platform.bean(ImageStore.class).find(new RelativePath(
        (String) database.row("SELECT relative_path FROM input_pictures").get("relative_path")))).isPresent();
  }

  @Test
  void veryManyGoInPortions() {
    insertOver(1_100);
    ExpiredTasks expired = Platform.bean(ExpiredTasks.class);

    assertThat(expired.removeExpired()).isEqualTo(ExpiredTasks.PORTION);
    assertThat(pictures.rows("image_generation_tasks")).isEqualTo(600);
    assertThat(pictures.rows("removals")).as("announced with the rows").isEqualTo(500);
    assertThat(expired.removeExpired()).isEqualTo(ExpiredTasks.PORTION);
    assertThat(expired.removeExpired()).isEqualTo(100);
    assertThat(expired.removeExpired()).isZero();
  }

  @Test
  void nobodyIsWaitedFor() throws Exception {
    insertOver(3);
    database.execute("INSERT INTO idempotency_keys (client, key, request_hash, task_id) VALUES ('', 'a', 'b', 'task-2')");
    try (Connection another = Platform.database().getConnection(); Statement statement = another.createStatement()) {
      another.setAutoCommit(false);
      statement.execute("SELECT FROM image_generation_batches WHERE id = (SELECT batch_id FROM image_generation_tasks "
          + "WHERE task_id = 'task-1') FOR UPDATE");
      statement.execute("SELECT FROM idempotency_keys FOR UPDATE");

      pictures.run(ends);

      assertThat(database.rows("SELECT task_id FROM image_generation_tasks ORDER BY 1")).extracting(row -> row.get("task_id"))
          .containsExactly("task-1", "task-2");
      another.rollback();
    }
    pictures.run(ends);
    assertThat(pictures.rows("image_generation_tasks")).isZero();
  }

  /** Whichever statement is the last of a transaction that is cut off: rows and notes are there together. */
  @ParameterizedTest
  @CsvSource({"INSERT, removals", "DELETE, webhook_deliveries", "DELETE, image_generation_tasks", "DELETE, input_pictures",
      "DELETE, image_generation_batches"})
  void whatIsCutOffBeforeItsCommitIsDoneNextTime(String what, String table) throws Exception {
    TaskId task = pictures.finished(owner, """
        "expires_in": 60, "webhook_url": "http://receiver.test/hook", "image": "%s\"""".formatted(TasksWithFiles.dataUrl()));
    pictures.endedBefore(task, "61 seconds");
    database.execute("CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'cut off'; END $$");
    try {
      database.execute("CREATE TRIGGER cut_off BEFORE " + what + " ON " + table + " EXECUTE FUNCTION cut_off()");
      assertThatThrownBy(() -> pictures.run(ends)).hasStackTraceContaining("cut off");
      assertThat(pictures.rows("image_generation_tasks")).isOne();
      assertThat(pictures.rows("removals")).isZero();
      assertThat(pictures.files(task)).hasSize(2);
    } finally {
      database.execute("DROP FUNCTION cut_off CASCADE");
    }

    pictures.run(ends);
    files.run();

    assertThat(pictures.rows("image_generation_tasks") + pictures.rows("removals") + pictures.rows("input_pictures")).isZero();
    assertThat(pictures.files(task)).isEmpty();
  }

  /** Tasks that are over, each in a batch of its own. */
  private void insertOver(int count) {
    database.execute("""
        WITH batch AS (INSERT INTO image_generation_batches (id, prompt, width, height, num_inference_steps, guidance_scale, status)
          SELECT gen_random_uuid(), 'a cat', 64, 64, 1, 0, 'success' FROM generate_series(1, %d) RETURNING id)
        INSERT INTO image_generation_tasks (task_id, batch_id, status, prompt, width, height, num_inference_steps, guidance_scale,
          finished_at, expires_in)
        SELECT 'task-' || row_number() OVER (), id, 'success', 'a cat', 64, 64, 1, 0, now() - interval '1 hour', 60 FROM batch"""
        .formatted(count));
  }

  private static String inBatch(int index) {
    return "\"metadata\": {\"batch_id\": \"" + UUID.fromString(BATCH) + "\", \"batch_index\": " + index + ", \"batch_size\": 4}";
  }

  private static Ends endsAfter(String retention, Clock clock) {
    return new Ends(Platform.bean(Turns.class), Platform.bean(ExpiredTasks.class), Platform.bean(ClientRemovals.class),
        Platform.bean(ClientData.class), TestResources.settings(Map.of("ZIMAGE_RETENTION", retention)), clock,
        CDI.current().getBeanManager().getEvent().select(TasksRemoved.class));
  }
}
