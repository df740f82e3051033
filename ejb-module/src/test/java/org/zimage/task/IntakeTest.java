package org.zimage.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;

@ExtendWith(Platform.class)
class IntakeTest {
  private static final Caller FORGOTTEN = new Caller.Client("nobody", "key");

  private final Database database = new Database();
  private final Intake intake = Platform.bean(Intake.class);

  @Test
  void aRequestOfItsOwnIsABatchOfOneTaskAndAnEvent() {
    Caller client = Platform.bean(Callers.class).identify("client-key-1");

    TaskId id = intake.accept(GenerationRequest.parse("""
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
    TaskId id = intake.accept(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);

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
  void aKeyOfTheCallersOwnStillLeadsToTheFirstTask() {
    GenerationRequest request = GenerationRequest.parse("{\"prompt\": \"a cat\"}");

    TaskId first = intake.accept(request, Caller.ANONYMOUS, "once");

    assertThat(intake.accept(request, Caller.ANONYMOUS, "once")).isEqualTo(first);
  }

  /** Calls that come, one after the other, while the first of them cannot write. */
  private List<FutureTask<TaskId>> whileTheTableIsLocked(int anonymous, Caller... further) throws Exception {
    List<FutureTask<TaskId>> calls = new ArrayList<>();
    try (Connection connection = Platform.database().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE image_generation_batches IN SHARE MODE");
      for (int i = 0; i < anonymous; i++) {
        calls.add(call(Caller.ANONYMOUS, i == 0));
      }
      for (Caller caller : further) {
        calls.add(call(caller, false));
      }
      connection.rollback();
    }
    return calls;
  }

  /** Returns when the call waits: the first for the lock, the others for the first. */
  private FutureTask<TaskId> call(Caller caller, boolean first) {
    FutureTask<TaskId> call = new FutureTask<>(
        () -> intake.accept(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), caller, null));
    Thread thread = new Thread(call);
    thread.start();
    await().until(() -> first ? database.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 1
        : thread.getState() == Thread.State.WAITING);
    return call;
  }
}
