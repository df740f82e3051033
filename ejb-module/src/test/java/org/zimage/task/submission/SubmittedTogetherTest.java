package org.zimage.task.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.error.InvalidRequest;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.system.Workers;
import org.zimage.task.TaskId;

@ExtendWith(Platform.class)
class SubmittedTogetherTest {
  private static final Caller FORGOTTEN = new Caller.Client("nobody", "key", Origin.NODE);

  private final Database database = new Database();
  private final Submission submission = Platform.bean(Submission.class);
  private final Workers workers = Platform.bean(Workers.class);

  @Test
  void aRequestOfItsOwnIsABatchOfOneTaskAndAnEvent() {
    Caller client = Platform.bean(Callers.class).identify("client-key-1", Origin.NODE);

    TaskId id = submission.submit(GenerationRequest.parse("""
        {"prompt": "a \\"cat\\" 猫", "height": 512, "width": 768, "num_inference_steps": 4, "guidance_scale": 0.1,
         "seed": 4294967295, "negative_prompt": null, "cfg_normalization": true, "cfg_truncation": 0.30000000000000004,
         "max_sequence_length": 77, "metadata": {"note": "é", "batch_size": 3}}"""), client, null);

    assertThat(database.task(id)).containsEntry("status", "pending").containsEntry("prompt", "a \"cat\" 猫")
        .containsEntry("height", 512).containsEntry("width", 768).containsEntry("num_inference_steps", 4)
        .containsEntry("guidance_scale", 0.1).containsEntry("seed", 4294967295L)
        .containsEntry("cfg_normalization", true).containsEntry("cfg_truncation", 0.30000000000000004)
        .containsEntry("max_sequence_length", 77)
        .containsEntry("batch_index", 0).containsEntry("attempt", 0).containsEntry("model", null);
    assertThat(database.task(id).get("metadata")).hasToString("{\"note\": \"é\", \"batch_size\": 3}");
    assertThat(database.batchOf(id)).containsEntry("status", "pending").containsEntry("prompt", "a \"cat\" 猫")
        .containsEntry("batch_size", 3).containsEntry("base_seed", 4294967295L)
        .containsEntry("api_client_id", client.clientId()).containsEntry("success_count", 0)
        .containsEntry("created_at", database.task(id).get("created_at"));
    await().until(() -> database.task(id).get("dispatched_at") != null);
  }

  @Test
  void whatWasLeftOutIsNullOrDrawn() {
    TaskId id = submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);

    assertThat(database.task(id)).containsEntry("negative_prompt", "").containsEntry("cfg_normalization", null)
        .containsEntry("cfg_truncation", null).containsEntry("max_sequence_length", null)
        .containsEntry("metadata", null);
    assertThat(database.task(id).get("seed")).isNotNull().isEqualTo(database.batchOf(id).get("base_seed"));
    assertThat(database.batchOf(id)).containsEntry("api_client_id", null).containsEntry("metadata", null);
  }

  @Test
  void requestsThatComeAtTheSameMomentAreCommittedTogether() throws Exception {
    List<FutureTask<TaskId>> calls = whileTheTableIsLocked(10);

    for (FutureTask<TaskId> call : calls) {
      assertThat(database.task(call.get())).containsEntry("status", "pending");
    }
    assertThat(database.number("SELECT count(*) FROM image_generation_batches")).isEqualTo(10);
    assertThat(database.number("SELECT count(DISTINCT CAST(xmin AS text)) FROM image_generation_batches")).isEqualTo(2);
  }

  @Test
  void aRequestThatTheDatabaseRefusesFailsAlone() throws Exception {
    List<FutureTask<TaskId>> calls = whileTheTableIsLocked(4, Caller.ANONYMOUS, FORGOTTEN, Caller.ANONYMOUS);

    FutureTask<TaskId> refused = calls.remove(calls.size() - 2);
    assertThatThrownBy(refused::get).rootCause().hasMessageContaining("api_client_id");
    for (FutureTask<TaskId> call : calls) {
      assertThat(database.task(call.get())).containsEntry("status", "pending");
    }
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isEqualTo(calls.size());
  }

  @Test
  void requestsWithAKeyAndABatchOfTheirOwnAreCommittedTogetherToo() throws Exception {
    List<FutureTask<TaskId>> calls = whileTheTableIsLocked(IntStream.range(0, 6).<Callable<TaskId>>mapToObj(
        number -> () -> submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\", \"metadata\": {\"batch_id\": \""
            + number / 2 + "\"}}"), Caller.ANONYMOUS, "key " + number)).toList());

    for (FutureTask<TaskId> call : calls) {
      call.get();
    }
    assertThat(database.rows("SELECT batch_size FROM image_generation_batches")).hasSize(3)
        .allSatisfy(batch -> assertThat(batch).containsEntry("batch_size", 2));
    assertThat(database.number("SELECT count(DISTINCT CAST(xmin AS text)) FROM idempotency_keys")).isEqualTo(2);
  }

  @Test
  void ofTwoWithOneKeyTheSecondIsTheFirstsTask() throws Exception {
    Callable<TaskId> once = () -> submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, "once");

    List<FutureTask<TaskId>> calls = whileTheTableIsLocked(List.of(this::anonymous, once, once));

    assertThat(calls.get(1).get()).isEqualTo(calls.get(2).get());
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isEqualTo(2);
  }

  @Test
  void aRequestThatIsRefusedLeavesItsKeyFreeAndTheOthersAccepted() throws Exception {
    workers.seen("worker-1", "z-image-nano", null, null);
    Callable<TaskId> refused = () -> submission.submit(
        GenerationRequest.parse("{\"prompt\": \"a cat\", \"model\": \"unknown\"}"), Caller.ANONYMOUS, "key");

    List<FutureTask<TaskId>> calls = whileTheTableIsLocked(List.of(this::anonymous, refused, this::anonymous));

    assertThatThrownBy(calls.get(1)::get).hasRootCauseInstanceOf(InvalidRequest.class);
    assertThat(database.task(calls.get(2).get())).containsEntry("status", "pending");
    assertThat(submission.submit(GenerationRequest.parse("{\"prompt\": \"a dog\"}"), Caller.ANONYMOUS, "key")).isNotNull();
  }

  @Test
  void severalRequestsOfOneCallAreAcceptedTogetherOrNotAtAll() {
    workers.seen("worker-1", "z-image-nano", null, null);
    GenerationRequest good = GenerationRequest.parse("{\"prompt\": \"a cat\"}");
    GenerationRequest bad = GenerationRequest.parse("{\"prompt\": \"a cat\", \"model\": \"unknown\"}");

    assertThatThrownBy(() -> submission.submit(List.of(good, bad), Caller.ANONYMOUS, null)).isInstanceOf(InvalidRequest.class);

    assertThat(database.number("SELECT count(*) FROM image_generation_batches")).isZero();
    assertThat(submission.submit(good.asBatch("b", 3), Caller.ANONYMOUS, "key")).hasSize(3)
        .isEqualTo(submission.submit(good.asBatch("b", 3), Caller.ANONYMOUS, "key"));
    assertThat(database.row("SELECT batch_size FROM image_generation_batches")).containsEntry("batch_size", 3);
  }

  @Test
  void aBatchThatAnotherNodeMakesAtTheSameMomentIsJoined() throws Exception {
    String batch = "0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a";
    FutureTask<TaskId> call;
    try (Connection anotherNode = Platform.database().getConnection(); Statement statement = anotherNode.createStatement()) {
      anotherNode.setAutoCommit(false);
      statement.execute("INSERT INTO image_generation_batches (id, prompt, width, height, num_inference_steps, guidance_scale) "
          + "VALUES ('" + batch + "', 'a dog', 64, 64, 1, 1)");
      call = call(() -> submission.submit(GenerationRequest.parse(
          "{\"prompt\": \"a cat\", \"metadata\": {\"batch_id\": \"" + batch + "\"}}"), Caller.ANONYMOUS, "key"), true);
      anotherNode.commit();
    }

    assertThat(database.batchOf(call.get())).containsEntry("prompt", "a dog");
  }

  private TaskId anonymous() {
    return submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);
  }

  private List<FutureTask<TaskId>> whileTheTableIsLocked(int anonymous, Caller... further) throws Exception {
    List<Callable<TaskId>> wanted = new ArrayList<>(Collections.nCopies(anonymous, this::anonymous));
    Stream.of(further).forEach(caller -> wanted.add(
        () -> submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), caller, null)));
    return whileTheTableIsLocked(wanted);
  }

  /** Calls that come, one after the other, while the first of them cannot write. */
  private List<FutureTask<TaskId>> whileTheTableIsLocked(List<Callable<TaskId>> wanted) throws Exception {
    List<FutureTask<TaskId>> calls = new ArrayList<>();
    try (Connection connection = Platform.database().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE image_generation_batches IN SHARE MODE");
      for (Callable<TaskId> one : wanted) {
        calls.add(call(one, calls.isEmpty()));
      }
      connection.rollback();
    }
    return calls;
  }

  /** Returns when the call waits: the first for the lock, the others for the first. */
  private FutureTask<TaskId> call(Callable<TaskId> wanted, boolean first) {
    FutureTask<TaskId> call = new FutureTask<>(wanted);
    Thread thread = new Thread(call);
    thread.start();
    await().until(() -> first ? database.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 1
        : thread.getState() == Thread.State.WAITING);
    return call;
  }
}
