package org.zimage.task.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.json.Bodies;
import org.zimage.caller.Caller;
import org.zimage.error.ErrorCode;
import org.zimage.history.BatchFilter;
import org.zimage.history.History;
import org.zimage.image.RelativePath;
import org.zimage.image.StoredPicture;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.Failure;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.Cancellation;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.Lease;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

/** Rows that older versions have written and no reader of JSON can read again: PostgreSQL writes their numbers out. */
@ExtendWith(Platform.class)
class UnreadableMetadataTest {
  private static final StoredPicture PICTURE = new StoredPicture("0123456789abcdef0123456789abcdef",
      "/pictures/20260101/120000_x.png", "/pictures/20260101/120000_x.webp", new RelativePath("20260101/120000_x.png"),
      new RelativePath("20260101/120000_x.webp"));

  private final Database database = new Database();
  private final Submission submission = Platform.bean(Submission.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final Tasks tasks = Platform.bean(Tasks.class);
  private final Cancellation cancellation = Platform.bean(Cancellation.class);
  private final History history = Platform.bean(History.class);

  @ParameterizedTest
  @ValueSource(strings = {"{\"x\":1e1200}", "{\"x\":1e131071}", "[1e1200]", "\"text\""})
  void aWaitingTaskIsShownAndCancelled(String metadata) {
    TaskId task = taskWith(metadata);

    assertThat(status(task)).isEqualTo(TaskStatus.PENDING);
    assertThat(cancellation.cancel(task.value(), Caller.ANONYMOUS).status()).isEqualTo("CANCELLED");
    assertThat(status(task)).isEqualTo(TaskStatus.REVOKED);
  }

  @Test
  void aTaskIsClaimedAndFails() {
    TaskId task = taskWith("{\"x\":1e1200}");

    Claim claim = ledger.claim(task, "worker").orElseThrow().claim();
    assertThat(status(task)).isEqualTo(TaskStatus.STARTED);
    assertThat(ledger.renew(claim, 1)).isEqualTo(Lease.HELD);
    assertThat(ledger.fail(claim, new Failure(ErrorCode.INTERNAL_ERROR, "The model failed"))).isTrue();

    assertThat(status(task)).isEqualTo(TaskStatus.FAILURE);
  }

  @Test
  void aTaskThatNoWorkerTakesFails() {
    TaskId task = taskWith("{\"x\":1e1200}");

    assertThat(ledger.giveUpWaiting(task)).isTrue();

    assertThat(status(task)).isEqualTo(TaskStatus.FAILURE);
  }

  @Test
  void aFinishedTaskIsShownWithoutItsMetadata() {
    TaskId task = taskWith("{\"x\":1e1200}");
    ledger.succeed(ledger.claim(task, "worker").orElseThrow().claim(), PICTURE);

    TaskStatusResponse view = tasks.find(task.value(), Caller.ANONYMOUS).status();

    assertThat(view.status()).isEqualTo(TaskStatus.SUCCESS);
    assertThat(view.result().metadata()).isNull();
    assertThat(Bodies.text(view)).contains("\"metadata\":null");
  }

  @Test
  void aFinishedTaskWithNumbersThatAreNoneIsShownWithoutThem() {
    TaskId task = taskWith("{}");
    ledger.succeed(ledger.claim(task, "worker").orElseThrow().claim(), PICTURE);
    database.execute("UPDATE image_generation_tasks SET cfg_truncation = 'Infinity', guidance_scale = 'NaN'");

    assertThat(Bodies.text(tasks.find(task.value(), Caller.ANONYMOUS).status()))
        .contains("\"cfg_truncation\":null", "\"guidance_scale\":null");
  }

  @Test
  void aBatchIsListedShownPackedAndDeleted() {
    TaskId task = taskWith("{\"x\":1e1200}");
    ledger.succeed(ledger.claim(task, "worker").orElseThrow().claim(), PICTURE);
    String batch = database.batchOf(task).get("id").toString();

    assertThat(history.page(Caller.ANONYMOUS, BatchFilter.NONE, 10, 0).batches()).hasSize(1);
    assertThat(history.pictures(history.batch(batch, Caller.ANONYMOUS))).hasSize(1);
    assertThat(history.finishedPictures(batch, Caller.ANONYMOUS)).hasSize(1);
    assertThat(history.delete(batch, Caller.ANONYMOUS, false)).isEqualTo(batch);
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isZero();
  }

  @Test
  void theLogSaysOfEachTaskOnceThatItsMetadataIsLost() {
    TaskId first = taskWith("{\"x\":1e1200}");
    ledger.succeed(ledger.claim(first, "worker").orElseThrow().claim(), PICTURE);
    Logger log = Logger.getLogger("org.zimage.task");
    List<String> lines = new ArrayList<>();
    Handler handler = new Handler() {
      @Override
      public void publish(LogRecord line) {
        lines.add(line.getMessage());
      }

      @Override
      public void flush() { }

      @Override
      public void close() { }
    };
    log.addHandler(handler);
    try {
      for (int i = 0; i < 3; i++) {
        tasks.find(first.value(), Caller.ANONYMOUS);
      }
    } finally {
      log.removeHandler(handler);
    }

    assertThat(lines).singleElement().satisfies(line -> assertThat(line).contains(first.value()));
  }

  private TaskStatus status(TaskId task) {
    return tasks.find(task.value(), Caller.ANONYMOUS).status().status();
  }

  /** A waiting task as it stands in the tables of an installation that took any metadata. */
  private TaskId taskWith(String metadata) {
    TaskId task = submission.submit(GenerationRequest.parse("{\"prompt\":\"a\",\"metadata\":{\"batch_id\":\"b\"}}"),
        Caller.ANONYMOUS, null);
    database.execute("UPDATE image_generation_tasks SET metadata = '" + metadata + "'");
    database.execute("UPDATE image_generation_batches SET metadata = '" + metadata + "'");
    return task;
  }
}
