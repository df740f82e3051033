package org.zimage.task.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.caller.Caller;
import org.zimage.history.History;
import org.zimage.image.RelativePath;
import org.zimage.image.StoredPicture;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.TaskId;
import org.zimage.task.dispatch.Backlog;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

/** Whoever needs several rows takes them in one order, so that two wait for each other never. */
@ExtendWith(Platform.class)
class LockOrderTest {
  private static final String BATCH = "00000000-0000-0000-0000-000000000001";
  private static final int TASKS = 40;

  private final Database database = new Database();
  private final Backlog backlog = Platform.bean(Backlog.class);
  private final History history = Platform.bean(History.class);

  @RepeatedTest(10)
  void aBatchCanBeDeletedWhileItIsDispatched() throws Exception {
    database.execute("INSERT INTO image_generation_batches (id, prompt, width, height, num_inference_steps, guidance_scale) "
        + "VALUES ('" + BATCH + "', 'a', 64, 64, 1, 1)");
    database.execute("INSERT INTO image_generation_tasks (task_id, batch_id, batch_index, prompt, width, height, "
        + "num_inference_steps, guidance_scale) SELECT 'task-' || number, '" + BATCH + "', 100 - number, 'a', 64, 64, 1, 1 "
        + "FROM generate_series(10, " + (9 + TASKS) + ") number");
    List<Backlog.Undelivered> messages = new ArrayList<>(backlog.waiting(
        IntStream.range(10, 10 + TASKS).mapToObj(number -> new TaskId("task-" + number)).toList()));
    messages.sort(Comparator.comparing(message -> message.id().value(), Comparator.reverseOrder()));
    CompletableFuture<Void> dispatched;
    CompletableFuture<Void> deleted;
    try (Connection another = Platform.database().getConnection(); Statement statement = another.createStatement()) {
      another.setAutoCommit(false);
      statement.execute("SELECT task_id FROM image_generation_tasks WHERE task_id = 'task-30' FOR UPDATE");

      dispatched = CompletableFuture.runAsync(() -> backlog.dispatched(messages));
      deleted = CompletableFuture.runAsync(() -> history.delete(BATCH, Caller.ANONYMOUS, false));
      awaitWaiting(2);
      another.rollback();
    }

    assertThat(CompletableFuture.allOf(dispatched, deleted)).succeedsWithin(Duration.ofMinutes(1));
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isZero();
  }

  @Test
  void aBatchCanBeDeletedWhileItsRequestIsRepeated() throws Exception {
    Submission submission = Platform.bean(Submission.class);
    GenerationRequest request = GenerationRequest.parse("{\"prompt\": \"a cat\", \"metadata\": {\"batch_id\": \"" + BATCH + "\"}}");
    TaskId id = submission.submit(request, Caller.ANONYMOUS, "key");
    AtomicReference<CompletableFuture<Void>> deletion = new AtomicReference<>();

    TaskId again = submission.submit(request, Caller.ANONYMOUS, "key", task -> {
      deletion.set(CompletableFuture.runAsync(() -> history.delete(BATCH, Caller.ANONYMOUS, false)));
      awaitWaiting(1);
      // As a request by message does: its reply address refers to the task
      Platform.bean(EntityManager.class).createNativeQuery(
          "INSERT INTO reply_addresses (task_id, request, destination) VALUES (?1, 'request', 'queue:answers')")
          .setParameter(1, task.value()).executeUpdate();
    });

    assertThat(again).isEqualTo(id);
    assertThat(deletion.get()).succeedsWithin(Duration.ofMinutes(1));
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isZero();
  }

  @RepeatedTest(5)
  void twoBatchesMayWaitForEachOthersPictures() throws Exception {
    String other = BATCH.replace("01", "02");
    List<TaskId> first = List.of(submit(BATCH, 1), submit(other, 2));
    List<TaskId> waiting = List.of(submit(BATCH, 2), submit(other, 1));
    TaskLedger ledger = Platform.bean(TaskLedger.class);
    List<Claim> claims = first.stream().map(id -> ledger.claim(id, "worker").orElseThrow().claim()).toList();

    List<CompletableFuture<Boolean>> ends = claims.stream().map(claim -> CompletableFuture.supplyAsync(() -> ledger.succeed(claim,
        new StoredPicture(claim.id().value(), "a.png", "a.webp", new RelativePath("a.png"), new RelativePath("a.webp"))))).toList();

    assertThat(ends).allSatisfy(end -> assertThat(end).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(true));
    await().untilAsserted(() -> assertThat(waiting)
        .allSatisfy(id -> assertThat(database.task(id)).containsEntry("status", "success")));
  }

  private static TaskId submit(String batch, int seed) {
    return Platform.bean(Submission.class).submit(GenerationRequest.parse("{\"prompt\": \"a cat\", \"reuse\": true, \"seed\": " + seed
        + ", \"metadata\": {\"batch_id\": \"" + batch + "\"}}"), Caller.ANONYMOUS, null);
  }

  private void awaitWaiting(int sessions) {
    await().atMost(Duration.ofSeconds(30))
        .until(() -> database.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") >= sessions);
  }
}
