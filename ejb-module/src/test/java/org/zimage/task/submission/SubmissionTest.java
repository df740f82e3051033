package org.zimage.task.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.api.json.Bodies;
import org.zimage.api.model.ModelDefaults;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.error.InvalidRequest;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.system.Workers;
import org.zimage.task.TaskId;

@ExtendWith(Platform.class)
class SubmissionTest {
  private static final Workers.Card BASE =
      new Workers.Card("float32", 16, "abc", 6, new ModelDefaults(28, 4.0, "noise", 0.75, List.of("1024x1024")));

  private final Database database = new Database();
  private final Callers callers = Platform.bean(Callers.class);
  private final Workers workers = Platform.bean(Workers.class);
  private final Submission submission = Platform.bean(Submission.class);

  @Test
  void aModelThatNoWorkerServesIsRefused() {
    workers.seen("worker-1", "z-image-nano", null, null);

    InvalidRequest refusal = catchThrowableOfType(InvalidRequest.class, () -> submission.submit(
        GenerationRequest.parse("{\"prompt\": \"a cat\", \"model\": \"z-image-turbo\"}"), Caller.ANONYMOUS, null));

    assertThat(Bodies.text(refusal.problems())).isEqualTo("""
        [{"type":"value_error","loc":["body","model"],"msg":"Value error, no worker serves this model at the moment; served now: z-image-nano",\
        "input":"z-image-turbo"}]""");
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isZero();
  }

  @Test
  void theFirstWorkerOfAnotherNodeIsKnownAtOnce() {
    submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);
    database.execute("INSERT INTO workers (name, model, card) VALUES ('worker-1', 'z-image', '" + Bodies.text(BASE) + "')");

    TaskId task = submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);

    assertThat(database.task(task)).containsEntry("num_inference_steps", 28);
  }

  @Test
  void aModelThatCameAMomentAgoMayBeNamed() {
    workers.seen("worker-1", "z-image-nano", null, null);
    submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);
    // As the worker says to another node after a restart
    database.execute("UPDATE workers SET model = 'z-image-turbo'");

    TaskId task = submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\", \"model\": \"z-image-turbo\"}"), Caller.ANONYMOUS, null);

    assertThat(database.task(task)).containsEntry("model", "z-image-turbo");
  }

  @Test
  void aRequestThatNamesNoModelGetsTheDefaultWhereSeveralAreServed() {
    GenerationRequest request = GenerationRequest.parse("{\"prompt\": \"a cat\"}");
    TaskId whileNobodyIsThere = submission.submit(request, Caller.ANONYMOUS, null);
    workers.seen("worker-1", "z-image-turbo", null, null);
    TaskId whileOneIsServed = submission.submit(request, Caller.ANONYMOUS, null);
    database.execute("UPDATE workers SET started_at = now() - interval '1 minute'");
    workers.seen("worker-2", "a-newer-one", null, null);
    TaskId ofTwo = submission.submit(request, Caller.ANONYMOUS, null);

    assertThat(database.task(whileNobodyIsThere)).containsEntry("model", null);
    assertThat(database.task(whileOneIsServed)).containsEntry("model", null);
    assertThat(database.task(ofTwo)).containsEntry("model", "z-image-turbo");
  }

  @Test
  void whileNoWorkerIsThereAModelMayBeNamedAndItsTaskWaits() {
    TaskId id = submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\", \"model\": \"z-image-turbo\"}"), Caller.ANONYMOUS, null);

    assertThat(database.task(id)).containsEntry("status", "pending").containsEntry("model", "z-image-turbo");
  }

  @Test
  void anAcceptedRequestIsABatchOfOneTaskInTheDatabase() {
    Caller client = callers.identify("client-key-1", Origin.NODE);
    workers.seen("worker-1", "nano", null, null);

    TaskId id = submission.submit(GenerationRequest.parse("""
        {"prompt": "a cat", "height": 512, "width": 768, "num_inference_steps": 4, "guidance_scale": 1.5, "seed": 42,
         "negative_prompt": "dogs", "cfg_normalization": true, "cfg_truncation": 0.5, "max_sequence_length": 77,
         "metadata": {"note": "é"}, "model": "nano"}"""), client, null);

    assertThat(id.value()).matches("[0-9a-f]{32}");
    assertThat(database.task(id)).containsEntry("status", "pending").containsEntry("prompt", "a cat")
        .containsEntry("height", 512).containsEntry("width", 768).containsEntry("num_inference_steps", 4)
        .containsEntry("guidance_scale", 1.5).containsEntry("seed", 42L).containsEntry("negative_prompt", "dogs")
        .containsEntry("cfg_normalization", true).containsEntry("cfg_truncation", 0.5)
        .containsEntry("max_sequence_length", 77).containsEntry("batch_index", 0).containsEntry("model", "nano")
        .containsEntry("attempt", 0);
    assertThat(database.task(id).get("metadata")).hasToString("{\"note\": \"é\"}");
    assertThat(database.batchOf(id)).containsEntry("status", "pending").containsEntry("prompt", "a cat")
        .containsEntry("batch_size", 1).containsEntry("base_seed", 42L).containsEntry("api_client_id", client.clientId())
        .containsEntry("success_count", 0).containsEntry("failed_count", 0);
  }

  @Test
  void whatWasLeftOutIsNullOrTheDefault() {
    TaskId id = submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);

    assertThat(database.task(id)).containsEntry("negative_prompt", "").containsEntry("cfg_normalization", null)
        .containsEntry("cfg_truncation", null).containsEntry("max_sequence_length", null).containsEntry("metadata", null)
        .containsEntry("model", null);
    assertThat(database.batchOf(id)).containsEntry("api_client_id", null).containsEntry("metadata", null);
  }

  @Test
  void whatWasLeftOutIsAsTheModelHasIt() {
    workers.seen("worker-1", "z-image", BASE, null);

    TaskId id = submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);

    assertThat(database.task(id)).containsEntry("num_inference_steps", 28).containsEntry("guidance_scale", 4.0)
        .containsEntry("negative_prompt", "noise").containsEntry("cfg_normalization", true).containsEntry("cfg_normalization_factor", 0.75);
    assertThat(database.batchOf(id)).containsEntry("num_inference_steps", 28).containsEntry("guidance_scale", 4.0)
        .containsEntry("negative_prompt", "noise");
  }

  @Test
  void whatWasSaidIsKeptWhateverTheModelHas() {
    workers.seen("worker-1", "z-image", BASE, null);

    TaskId id = submission.submit(GenerationRequest.parse("""
        {"prompt": "a cat", "num_inference_steps": 9, "guidance_scale": 0.0, "negative_prompt": "", "cfg_normalization": false,
         "model": "z-image"}"""), Caller.ANONYMOUS, null);

    assertThat(database.task(id)).containsEntry("num_inference_steps", 9).containsEntry("guidance_scale", 0.0)
        .containsEntry("negative_prompt", "").containsEntry("cfg_normalization", false).containsEntry("cfg_normalization_factor", null);
  }

  @Test
  void ofSeveralModelsTheOneThatIsNamedSaysWhatWasLeftOut() {
    workers.seen("worker-1", "z-image", BASE, null);
    workers.seen("worker-2", "nano", null, null);

    assertThat(steps("{\"prompt\": \"a cat\", \"model\": \"z-image\"}")).isEqualTo(28);
    assertThat(steps("{\"prompt\": \"a cat\", \"model\": \"nano\"}")).isEqualTo(9);
    assertThat(steps("{\"prompt\": \"a cat\"}")).isEqualTo(9);
  }

  private Object steps(String request) {
    return database.task(submission.submit(GenerationRequest.parse(request), Caller.ANONYMOUS, null)).get("num_inference_steps");
  }

  @Test
  void aRequestThatIsSentAgainIsTheSameThoughTheModelWasReplaced() {
    GenerationRequest request = GenerationRequest.parse("{\"prompt\": \"a cat\"}");
    workers.seen("worker-1", "z-image", BASE, null);
    TaskId first = submission.submit(request, Caller.ANONYMOUS, "my key");

    workers.seen("worker-1", "nano", null, null);

    assertThat(submission.submit(request, Caller.ANONYMOUS, "my key")).isEqualTo(first);
    assertThat(database.task(first)).containsEntry("num_inference_steps", 28);
  }

  @Test
  void aMissingSeedIsDrawnAndRecorded() {
    GenerationRequest request = GenerationRequest.parse("{\"prompt\": \"a cat\", \"seed\": null}");

    Set<Object> seeds = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      TaskId id = submission.submit(request, Caller.ANONYMOUS, null);
      seeds.add(database.task(id).get("seed"));
      assertThat(database.batchOf(id)).containsEntry("base_seed", database.task(id).get("seed"));
    }

    assertThat(seeds).hasSize(5).allSatisfy(seed -> assertThat((Long) seed).isBetween(0L, (1L << 32) - 1));
  }

  @Test
  void requestsThatNameTheSameBatchAreGrouped() {
    List<TaskId> ids = IntStream.range(0, 4).mapToObj(index -> submitToBatch("0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a", index, 4,
        Caller.ANONYMOUS)).toList();

    assertThat(database.row("SELECT * FROM image_generation_batches"))
        .hasEntrySatisfying("id", id -> assertThat(id).hasToString("0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a"))
        .containsEntry("batch_size", 4).containsEntry("base_seed", 100L).containsEntry("status", "pending");
    assertThat(ids).extracting(id -> database.task(id).get("batch_index")).containsExactly(0, 1, 2, 3);
  }

  @Test
  void theFirstRequestsOfABatchMayComeAtTheSameTime() throws Exception {
    atTheSameTime(32, index -> submitToBatch("0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a", index, 32, Caller.ANONYMOUS));

    assertThat(database.number("SELECT count(*) FROM image_generation_batches")).isOne();
    assertThat(database.number("SELECT count(DISTINCT batch_index) FROM image_generation_tasks")).isEqualTo(32);
  }

  @Test
  void aBatchNameThatIsNoUuidIsTheClientsOwn() {
    Caller one = callers.identify("client-key-1", Origin.NODE);
    Caller two = callers.identify("client-key-2", Origin.NODE);

    TaskId first = submitToBatch("my holiday", 0, 2, one);
    TaskId second = submitToBatch("my holiday", 1, 2, one);
    TaskId other = submitToBatch("my holiday", 0, 2, two);

    assertThat(database.batchOf(second)).isEqualTo(database.batchOf(first));
    assertThat(database.batchOf(other).get("id")).isNotEqualTo(database.batchOf(first).get("id"));
  }

  @Test
  void anotherClientsBatchIsRefusedAndNothingIsStored() {
    submitToBatch("0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a", 0, 2, callers.identify("client-key-1", Origin.NODE));
    Caller other = callers.identify("client-key-2", Origin.NODE);

    assertThatThrownBy(() -> submitToBatch("0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a", 1, 2, other))
        .isInstanceOf(BatchNotAllowed.class).hasMessage("Not allowed to use this batch");

    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isOne();
  }

  @Test
  void aBatchThatGetsMorePicturesThanAnnouncedGrows() {
    TaskId id = submitToBatch("two", 0, 2, Caller.ANONYMOUS);
    submitToBatch("two", 1, 2, Caller.ANONYMOUS);
    submitToBatch("two", 2, 2, Caller.ANONYMOUS);

    assertThat(database.batchOf(id)).containsEntry("batch_size", 3);
  }

  @Test
  void oddNumbersInTheMetadataAreIgnored() {
    TaskId id = submission.submit(GenerationRequest.parse("""
        {"prompt": "a cat", "metadata": {"batch_id": 7, "batch_index": -1, "batch_size": "many"}}"""), Caller.ANONYMOUS, null);

    assertThat(database.task(id)).containsEntry("batch_index", 0);
    assertThat(database.batchOf(id)).containsEntry("batch_size", 1);
  }

  @Test
  void fiftyRequestsWithOneIdempotencyKeyAreOneTask() throws Exception {
    GenerationRequest request = GenerationRequest.parse("{\"prompt\": \"a cat\"}");

    Set<TaskId> answers = new HashSet<>(atTheSameTime(50, i -> submission.submit(request, Caller.ANONYMOUS, "order-17")));

    assertThat(answers).hasSize(1);
    assertThat(database.number("SELECT count(*) FROM image_generation_tasks")).isOne();
    assertThat(database.number("SELECT count(*) FROM image_generation_batches")).isOne();
  }

  @Test
  void anIdempotencyKeyIsTheClientsOwn() {
    GenerationRequest request = GenerationRequest.parse("{\"prompt\": \"a cat\"}");

    TaskId one = submission.submit(request, callers.identify("client-key-1", Origin.NODE), "order-17");
    TaskId two = submission.submit(request, callers.identify("client-key-2", Origin.NODE), "order-17");

    assertThat(one).isNotEqualTo(two);
  }

  @Test
  void anIdempotencyKeyForAnotherRequestIsRefused() {
    submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, "order-17");

    InvalidRequest refusal = catchThrowableOfType(InvalidRequest.class, () -> submission.submit(
        GenerationRequest.parse("{\"prompt\": \"a dog\"}"), Caller.ANONYMOUS, "order-17"));

    assertThat(Bodies.text(refusal.problems())).isEqualTo("""
        [{"type":"value_error","loc":["header","Idempotency-Key"],\
        "msg":"Value error, the key was used for another request within 24 hours","input":"order-17"}]""");
  }

  @Test
  void anIdempotencyKeyIsForgottenAfterADay() {
    GenerationRequest request = GenerationRequest.parse("{\"prompt\": \"a cat\"}");
    TaskId yesterday = submission.submit(request, Caller.ANONYMOUS, "order-17");
    database.execute("UPDATE idempotency_keys SET created_at = created_at - interval '25 hours'");

    TaskId today = submission.submit(request, Caller.ANONYMOUS, "order-17");

    assertThat(today).isNotEqualTo(yesterday);
    assertThat(submission.submit(request, Caller.ANONYMOUS, "order-17")).isEqualTo(today);
  }

  @Test
  void anIdempotencyKeyMustBeAVisibleText() {
    GenerationRequest request = GenerationRequest.parse("{\"prompt\": \"a cat\"}");

    for (String key : List.of("", "  ", "a\u0000b", "x".repeat(256))) {
      assertThatThrownBy(() -> submission.submit(request, Caller.ANONYMOUS, key)).isInstanceOf(InvalidRequest.class);
    }
  }

  private TaskId submitToBatch(String batch, int index, int size, Caller caller) {
    return submission.submit(GenerationRequest.parse("""
        {"prompt": "a cat", "seed": %d, "metadata": {"batch_id": "%s", "batch_index": %d, "batch_size": %d}}"""
        .formatted(100 + index, batch, index, size)), caller, null);
  }

  private interface Numbered<T> {
    T call(int number);
  }

  private static <T> List<T> atTheSameTime(int times, Numbered<T> call) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(times);
    try {
      List<Future<T>> futures = threads.invokeAll(
          IntStream.range(0, times).<Callable<T>>mapToObj(i -> () -> call.call(i)).toList());
      return futures.stream().map(SubmissionTest::result).toList();
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
