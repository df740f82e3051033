package org.zimage.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.api.BatchDetail;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskSummary;
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
import org.zimage.task.TaskState;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.Lease;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class HistoryTest {
  private static final UUID BATCH = UUID.fromString("0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a");

  private final Database database = new Database();
  private final Callers callers = Platform.bean(Callers.class);
  private final Submission submission = Platform.bean(Submission.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final History history = Platform.bean(History.class);
  private final ProgressStore progressStore = Platform.bean(ProgressStore.class);

  @Test
  void batchesComeNewestFirstInPages() {
    for (int i = 0; i < 5; i++) {
      submit("{\"prompt\": \"picture " + i + "\"}", Caller.ANONYMOUS);
    }

    assertThat(page(Caller.ANONYMOUS, 2, 0)).extracting(TaskSummary::prompt).containsExactly("picture 4", "picture 3");
    assertThat(page(Caller.ANONYMOUS, 2, 2)).extracting(TaskSummary::prompt).containsExactly("picture 2", "picture 1");
    assertThat(page(Caller.ANONYMOUS, 2, 9)).isEmpty();
  }

  @Test
  void aPageHasBetweenOneAndFiftyBatches() {
    for (int i = 0; i < 52; i++) {
      submit("{\"prompt\": \"a cat\"}", Caller.ANONYMOUS);
    }

    assertThat(page(Caller.ANONYMOUS, 1000, -5)).hasSize(50);
    assertThat(page(Caller.ANONYMOUS, 0, 0)).hasSize(1);
  }

  @Test
  void aClientSeesItsOwnBatchesAndTheAdministratorAll() {
    Caller one = callers.identify("client-key-1", Origin.NODE);
    submit("{\"prompt\": \"mine\"}", one);
    submit("{\"prompt\": \"not mine\"}", callers.identify("client-key-2", Origin.NODE));

    assertThat(page(one, 20, 0)).extracting(TaskSummary::prompt).containsExactly("mine");
    assertThat(page(callers.identify("admin-key", Origin.NODE), 20, 0)).hasSize(2);
  }

  @Test
  void aBatchShowsItsCountersAndItsFirstFinishedPicture() {
    TaskId first = submitToBatch(0, Caller.ANONYMOUS);
    TaskId second = submitToBatch(1, Caller.ANONYMOUS);
    ledger.fail(claim(first), new Failure(ErrorCode.INTERNAL_ERROR, "broken"));
    ledger.succeed(claim(second), picture("second"));

    TaskSummary summary = page(Caller.ANONYMOUS, 20, 0).get(0);

    assertThat(summary.taskId()).isEqualTo(BATCH.toString());
    assertThat(summary.status()).isEqualTo("SUCCESS");
    assertThat(summary.relativePath()).isEqualTo("20260101/second.png");
    assertThat(summary.imageUrl()).isEqualTo("/generated-images/20260101/second.webp");
    assertThat(summary.seed()).isEqualTo(101);
    assertThat(summary.baseSeed()).isEqualTo(100);
    assertThat(summary.batchSize()).isEqualTo(2);
    assertThat(summary.successCount()).isEqualTo(1);
    assertThat(summary.failedCount()).isEqualTo(1);
  }

  @Test
  void aPageGoesOnWhereTheOneBeforeEnded() {
    for (int i = 0; i < 5; i++) {
      submit("{\"prompt\": \"picture " + i + "\"}", Caller.ANONYMOUS);
    }
    // Made in the same microsecond
    database.execute("UPDATE image_generation_batches SET created_at = now()");
    HistoryPage whole = history.page(Caller.ANONYMOUS, BatchFilter.NONE, 50, 0);

    HistoryPage first = history.page(Caller.ANONYMOUS, BatchFilter.NONE, 2, 0);
    submit("{\"prompt\": \"meanwhile\"}", Caller.ANONYMOUS);
    history.delete(first.batches().get(1).taskId(), Caller.ANONYMOUS, false);
    HistoryPage second = history.page(Caller.ANONYMOUS, after(first.next()), 2, 0);
    HistoryPage third = history.page(Caller.ANONYMOUS, after(second.next()), 2, 0);

    assertThat(whole.next()).isNull();
    assertThat(second.batches()).isEqualTo(whole.batches().subList(2, 4));
    assertThat(third.batches()).isEqualTo(whole.batches().subList(4, 5));
    assertThat(third.next()).isNull();
  }

  private static BatchFilter after(HistoryCursor cursor) {
    return new BatchFilter(null, null, null, null, HistoryCursor.parse(cursor.toString()).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "92e2b3ddd552 | no 92e2b3ddd552 of 1e5", "star | a yellow Star, on purple", "PURP star | a yellow Star, on purple", "blue-green | a blue-green sea (3.5 m)",
      "3.5 | a blue-green sea (3.5 m)", "雪山 | 夕阳下的雪山，远处有湖", "湖 雪山 | 夕阳下的雪山，远处有湖",
      "山，远 | 夕阳下的雪山，远处有湖", "boat湖 | 湖上的boat", "a'; DROP TABLE | drop; a table", "grün | ein GRÜNER Berg",
  })
  void aPromptIsFoundByItsWords(String words, String prompt) {
    submit("{\"prompt\": \"" + prompt + "\"}", Caller.ANONYMOUS);
    submit("{\"prompt\": \"something else 山雪\"}", Caller.ANONYMOUS);

    assertThat(history.page(Caller.ANONYMOUS, searching(words), 20, 0).batches())
        .extracting(TaskSummary::prompt).containsExactly(prompt);
  }

  @Test
  void onlyTheWordsOfOnesOwnPromptsAreFound() {
    Caller one = callers.identify("client-key-1", Origin.NODE);
    submit("{\"prompt\": \"a star\"}", callers.identify("client-key-2", Origin.NODE));

    assertThat(history.page(one, searching("star"), 20, 0).batches()).isEmpty();
  }

  @Test
  void aRareWordIsFoundBehindThousandsOfNewerPrompts() {
    submit("{\"prompt\": \"a comet\"}", Caller.ANONYMOUS);
    database.execute("""
        INSERT INTO image_generation_batches (id, prompt, width, height, num_inference_steps, guidance_scale, created_at)
        SELECT gen_random_uuid(), 'a star ' || n, 64, 64, 1, 0, now() + n * interval '1 second' FROM generate_series(1, 3000) n""");

    assertThat(prompts(searching("comet"))).containsExactly("a comet");
    assertThat(history.page(Caller.ANONYMOUS, searching("star"), 2, 0).batches())
        .extracting(TaskSummary::prompt).containsExactly("a star 3000", "a star 2999");
    assertThat(history.page(Caller.ANONYMOUS, searching("star"), 2, 2500).batches())
        .extracting(TaskSummary::prompt).containsExactly("a star 500", "a star 499");
  }

  private static BatchFilter searching(String words) {
    return new BatchFilter(PromptWords.parse(words).orElseThrow(), null, null, null, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "?!", "，。"})
  void whereThereIsNoWordNothingIsSearched(String text) {
    assertThat(PromptWords.parse(text)).isEmpty();
  }

  @Test
  void batchesAreFoundByTimeAndStatus() {
    submit("{\"prompt\": \"old\"}", Caller.ANONYMOUS);
    database.execute("UPDATE image_generation_batches SET created_at = '2026-01-01T12:00:00Z', status = 'partial'");
    submit("{\"prompt\": \"new\"}", Caller.ANONYMOUS);
    Instant noon = Instant.parse("2026-01-01T12:00:00Z");

    assertThat(prompts(new BatchFilter(null, noon, null, null, null))).containsExactly("new", "old");
    assertThat(prompts(new BatchFilter(null, noon.plusMillis(1), null, null, null))).containsExactly("new");
    assertThat(prompts(new BatchFilter(null, null, noon.plusMillis(1), null, null))).containsExactly("old");
    assertThat(prompts(new BatchFilter(null, null, noon, null, null))).isEmpty();
    assertThat(prompts(new BatchFilter(null, null, null, TaskStatus.SUCCESS, null))).containsExactly("old");
    assertThat(prompts(new BatchFilter(null, null, null, TaskStatus.PENDING, null))).containsExactly("new");
  }

  private List<String> prompts(BatchFilter filter) {
    return history.page(Caller.ANONYMOUS, filter, 20, 0).batches().stream().map(TaskSummary::prompt).toList();
  }

  @ParameterizedTest
  @CsvSource({"success,SUCCESS", "partial,SUCCESS", "error,FAILURE", "cancelled,FAILURE", "pending,PENDING", "running,PENDING"})
  void theHistoryTellsThreeStatesApart(String stored, TaskStatus shown) {
    submitToBatch(0, Caller.ANONYMOUS);
    database.execute("UPDATE image_generation_batches SET status = '" + stored + "'");

    assertThat(page(Caller.ANONYMOUS, 20, 0)).extracting(TaskSummary::status).containsExactly(shown.name());
  }

  @Test
  void theDetailListsThePicturesInOrder() {
    TaskId second = submitToBatch(1, Caller.ANONYMOUS);
    TaskId first = submitToBatch(0, Caller.ANONYMOUS);
    ledger.succeed(claim(first), picture("first"));
    ledger.fail(claim(second), new Failure(ErrorCode.GPU_OOM, "no room"));

    TaskSummary batch = history.batch(BATCH.toString(), Caller.ANONYMOUS);

    assertThat(batch.imageUrl()).isEqualTo("/generated-images/20260101/first.webp");
    assertThat(history.pictures(batch)).containsExactly(
        new BatchDetail.Item(first.value(), 0, "success", "/generated-images/20260101/first.webp", 1024, 1024, 100L,
            null, null, null),
        new BatchDetail.Item(second.value(), 1, "error", null, 1024, 1024, 101L, "gpu_oom", ErrorCode.GPU_OOM.hint(), null));
  }

  /** Any client may put as many tasks with long prompts into one batch as it likes. */
  @Test
  void aBatchIsShownWithoutHoldingAllThatWasAskedForInMemory() {
    submitToBatch(0, Caller.ANONYMOUS);
    database.execute("""
        INSERT INTO image_generation_tasks (task_id, batch_id, batch_index, status, prompt, negative_prompt, width, height,
          num_inference_steps, guidance_scale, created_at)
        SELECT md5(number::text), batch.id, number / 3, 'pending', repeat('a cat, ', 1400), repeat('a dog, ', 1400), 64, 64, 1, 0,
          batch.created_at
        FROM image_generation_batches batch, generate_series(1, 2500) number""");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    TaskSummary batch = history.batch(BATCH.toString(), Caller.ANONYMOUS);

    long before = threads.getCurrentThreadAllocatedBytes();
    List<BatchDetail.Item> pictures = history.pictures(batch).toList();
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(pictures).hasSize(2501).doesNotHaveDuplicates().isSortedAccordingTo(Comparator.comparing(BatchDetail.Item::index));
    assertThat(allocated / pictures.size()).as("bytes for each picture, of whose prompts it had 20,000").isLessThan(5_000);
  }

  @Test
  void anOldBatchWithoutPreviewsShowsThePicture() {
    ledger.succeed(claim(submitToBatch(0, Caller.ANONYMOUS)), picture("old"));
    database.execute("UPDATE image_generation_tasks SET preview_relative_path = NULL, seed = NULL");

    assertThat(page(Caller.ANONYMOUS, 20, 0).get(0).imageUrl()).isEqualTo("/generated-images/20260101/old.png");
    assertThat(history.pictures(history.batch(BATCH.toString(), Caller.ANONYMOUS))).extracting(BatchDetail.Item::imageUrl)
        .containsExactly("/generated-images/20260101/old.png");
  }

  @Test
  void aDeletedBatchIsGoneWithItsTasks() {
    TaskId id = submitToBatch(0, Caller.ANONYMOUS);
    submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, "order-17");

    assertThat(history.delete(BATCH.toString(), Caller.ANONYMOUS, false)).isEqualTo(BATCH.toString());

    assertThat(ledger.status(id)).isEmpty();
    assertThat(ledger.claim(id, "worker")).isEmpty();
    assertThatThrownBy(() -> history.batch(BATCH.toString(), Caller.ANONYMOUS)).isInstanceOf(BatchNotFound.class);
    assertThat(database.number("SELECT count(*) FROM image_generation_batches")).isOne();
  }

  @Test
  void aLargeBatchIsDeletedSomeTasksAtATimeAndEachIsToldOf() {
    database.execute("INSERT INTO image_generation_batches (id, prompt, width, height, num_inference_steps, guidance_scale) "
        + "VALUES ('" + BATCH + "', 'a', 64, 64, 1, 1)");
    database.execute("INSERT INTO image_generation_tasks (task_id, batch_id, batch_index, prompt, width, height, "
        + "num_inference_steps, guidance_scale) SELECT 'task-' || number, '" + BATCH + "', number, 'a', 64, 64, 1, 1 "
        + "FROM generate_series(1, 1200) number");
    database.execute("CREATE TABLE told (transaction bigint, tasks bigint)");
    database.execute("""
        CREATE FUNCTION note_told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          INSERT INTO told SELECT txid_current(), count(DISTINCT subject) FROM added WHERE type = 'zimage.task.cancelled';
          RETURN NULL;
        END $$""");
    database.execute("CREATE TRIGGER note_told AFTER INSERT ON outgoing_messages REFERENCING NEW TABLE AS added "
        + "FOR EACH STATEMENT EXECUTE FUNCTION note_told()");
    try {
      history.delete(BATCH.toString(), Caller.ANONYMOUS, false);

      assertThat(database.rows("SELECT tasks FROM told ORDER BY transaction")).extracting(row -> row.get("tasks"))
          .containsExactly(500L, 500L, 200L);
      assertThat(database.number("SELECT count(DISTINCT transaction) FROM told")).isEqualTo(3);
      assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isZero();
    } finally {
      database.execute("DROP FUNCTION note_told CASCADE");
      database.execute("DROP TABLE told");
    }
  }

  @Test
  void aRunningTaskOfADeletedBatchIsStopped() {
    Claim claim = claim(submitToBatch(0, Caller.ANONYMOUS));

    history.delete(BATCH.toString(), Caller.ANONYMOUS, false);

    assertThat(progressStore.report(claim.id(), claim.attempt(), "worker", new Progress(1, 9))).isTrue();
    assertThat(ledger.renew(claim, 1)).isEqualTo(Lease.LOST);
    assertThat(ledger.succeed(claim, picture("late"))).isFalse();
  }

  @Test
  void anotherClientsBatchIsNotFound() {
    submitToBatch(0, callers.identify("client-key-1", Origin.NODE));
    Caller other = callers.identify("client-key-2", Origin.NODE);

    assertThatThrownBy(() -> history.batch(BATCH.toString(), other)).isInstanceOf(BatchNotFound.class)
        .hasMessage("History batch not found");
    assertThatThrownBy(() -> history.delete(BATCH.toString(), other, false)).isInstanceOf(BatchNotFound.class);

    assertThat(history.pictures(history.batch(BATCH.toString(), callers.identify("admin-key", Origin.NODE)))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1-1-1-1-1", "0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1b", "\u0000"})
  void whatIsNoBatchIsNotFound(String id) {
    for (Caller caller : List.of(Caller.ANONYMOUS, callers.identify("client-key-1", Origin.NODE))) {
      assertThatThrownBy(() -> history.batch(id, caller)).isInstanceOf(BatchNotFound.class);
      assertThatThrownBy(() -> history.delete(id, caller, false)).isInstanceOf(BatchNotFound.class);
    }
  }

  private TaskId submit(String body, Caller caller) {
    return submission.submit(GenerationRequest.parse(body), caller, null);
  }

  private TaskId submitToBatch(int index, Caller caller) {
    return submit("""
        {"prompt": "a cat", "seed": %d, "metadata": {"batch_id": "%s", "batch_index": %d, "batch_size": 2}}"""
        .formatted(100 + index, BATCH, index), caller);
  }

  private Claim claim(TaskId id) {
    return ledger.claim(id, "worker").orElseThrow().claim();
  }

  private static StoredPicture picture(String name) {
    return new StoredPicture(name, "/pictures/" + name + ".png", "/pictures/" + name + ".webp",
        new RelativePath("20260101/" + name + ".png"), new RelativePath("20260101/" + name + ".webp"));
  }

  private List<TaskSummary> page(Caller caller, int limit, int offset) {
    return history.page(caller, BatchFilter.NONE, limit, offset).batches();
  }
}
