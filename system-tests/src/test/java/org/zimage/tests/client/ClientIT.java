package org.zimage.tests.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.api.BatchDetail;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.GenerationResult;
import org.zimage.api.SystemStatus;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.TaskSummary;
import org.zimage.client.Batch;
import org.zimage.client.FieldProblem;
import org.zimage.client.HistoryFilter;
import org.zimage.client.RequestRefused;
import org.zimage.client.TaskFailed;
import org.zimage.client.TaskNotFinished;
import org.zimage.client.ZImageClient;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;

/** What a Java program does with the client. */
@ExtendWith(SharedSystem.class)
class ClientIT {
  private static final GenerateImageRequest SMALL = GenerateImageRequest.of("a red circle").withSize(96, 64)
      .withSteps(2);
  private static final GenerateImageRequest TEN_STEPS = SMALL.withSize(512, 512).withSteps(10);
  /** Half a minute of work, unless it is stopped. */
  private static final GenerateImageRequest LONG = SMALL.withSize(2048, 2048).withSteps(50);
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final Api api;
  private final ZImageClient zimage;

  ClientIT(Api api) {
    this.api = api;
    this.zimage = ZImageClient.to(api.url()).key(api.key()).open();
  }

  @AfterEach
  void close() {
    zimage.close();
  }

  @Test
  void aPictureIsDrawnAndSaved(@TempDir Path folder) throws Exception {
    List<TaskStatusResponse> seen = new ArrayList<>();

    GenerationResult picture = zimage.draw(SMALL.withSeed(42), seen::add);

    assertThat(picture.seed()).isEqualTo(42);
    assertThat(seen.get(seen.size() - 1).status()).isEqualTo(TaskStatus.SUCCESS);
    zimage.download(picture.relativePath(), folder.resolve("circle.png"));
    assertThat(ImageIO.read(folder.resolve("circle.png").toFile()).getWidth()).isEqualTo(96);
    assertThat(zimage.picture(picture.previewRelativePath())).startsWith('R', 'I', 'F', 'F');
    assertThat(zimage.picture(seen.get(seen.size() - 1).imageUrl()))
        .isEqualTo(zimage.picture(picture.previewRelativePath()));
    assertThat(Files.list(folder)).hasSize(1);
  }

  @Test
  void everyStepIsHeard() throws Exception {
    String ahead = zimage.generate(TEN_STEPS).taskId();
    String task = zimage.generate(TEN_STEPS).taskId();
    List<String> seen = new ArrayList<>();

    zimage.await(task, LONGEST, status -> seen.add(status.status() + " " + status.progress()));

    assertThat(seen).containsSubsequence("PENDING 0", "STARTED 0", "PROGRESS 10", "PROGRESS 20", "PROGRESS 30",
        "PROGRESS 40", "PROGRESS 50", "PROGRESS 60", "PROGRESS 70", "PROGRESS 80", "PROGRESS 90", "PROGRESS 99",
        "SUCCESS 100");
    assertThat(zimage.status(ahead).status()).isEqualTo(TaskStatus.SUCCESS);
  }

  @Test
  void aKeyOfOnesOwnLeadsToTheFirstTask() {
    String key = "order " + UUID.randomUUID();

    assertThat(zimage.generate(SMALL, key)).isEqualTo(zimage.generate(SMALL, key));
    assertThat(zimage.generate(SMALL).taskId()).isNotEqualTo(zimage.generate(SMALL).taskId());
  }

  @Test
  void aBatchIsOneLineOfTheHistory() throws Exception {
    JsonObject own = Json.createObjectBuilder().add("mine", "ü").build();
    Batch batch = zimage.generateBatch(SMALL.withSeed(7).withMetadata(own), 10);
    Set<String> over = new HashSet<>();

    List<TaskStatusResponse> ends = zimage.awaitAll(batch.taskIds(), LONGEST, status -> {
      if (status.status().isFinal()) {
        over.add(status.taskId());
      }
    });

    assertThat(ends).extracting(TaskStatusResponse::taskId).isEqualTo(batch.taskIds());
    assertThat(ends).extracting(end -> end.result().seed())
        .containsExactly(7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L, 16L);
    assertThat(ends).allSatisfy(end -> assertThat(end.result().metadata()).containsEntry("mine", own.get("mine")));
    assertThat(over).containsExactlyInAnyOrderElementsOf(batch.taskIds());
    BatchDetail detail = zimage.batch(batch.batchId());
    assertThat(detail.batch().successCount()).isEqualTo(10);
    assertThat(detail.items()).extracting(BatchDetail.Item::taskId).isEqualTo(batch.taskIds());
    assertThat(zimage.deleteBatch(batch.batchId()).status()).isEqualTo("deleted");
    assertThat(refusal(() -> zimage.batch(batch.batchId())).status()).isEqualTo(404);
  }

  @Test
  void theHistoryGoesOnPastItsPages() {
    for (int i = 0; i < 51; i++) {
      zimage.generate(SMALL.withSize(64, 64).withSteps(1));
    }

    List<TaskSummary> first = zimage.history(50, 0);
    List<String> all = zimage.history().map(TaskSummary::taskId).toList();

    assertThat(all).hasSizeGreaterThan(50).doesNotHaveDuplicates();
    assertThat(all.subList(0, 50)).isEqualTo(first.stream().map(TaskSummary::taskId).toList());
  }

  @Test
  void theHistoryIsSearched() throws Exception {
    String word = "w" + UUID.randomUUID().toString().replace("-", "");
    GenerateImageRequest request = new GenerateImageRequest("50% of a+b & {c} " + word, 64, 64, 1, null, null, null,
        null, null, null, null, null);
    zimage.await(zimage.generate(request).taskId());
    Instant between = zimage.await(zimage.generate(request).taskId()).result().createdAt();
    HistoryFilter filter = HistoryFilter.NONE.withWords(word + " a+b 50% {c}");

    assertThat(zimage.history(filter)).hasSize(2);
    assertThat(zimage.history(filter, 1, 1)).hasSize(1).isEqualTo(zimage.history(filter).skip(1).toList());
    assertThat(zimage.history(filter.withTime(between, null))).hasSize(1);
    assertThat(zimage.history(filter.withTime(null, between))).hasSize(1);
    assertThat(zimage.history(filter.withStatus("FAILURE"))).isEmpty();
    assertThat(zimage.history(filter.withWords(word + " missing"))).isEmpty();
  }

  @Test
  void aCancelledTaskIsNoPicture() throws Exception {
    String task = zimage.generate(LONG).taskId();

    assertThat(zimage.cancel(task).status()).isEqualTo("CANCELLED");

    TaskStatusResponse end = zimage.await(task);
    assertThat(end.status()).isEqualTo(TaskStatus.REVOKED);
    assertThat(zimage.cancel(task).message()).isEqualTo("Task already cancelled");
  }

  @Test
  void whoDrawsHearsOfAFailure() {
    Predicate<TaskStatusResponse> running = status -> status.status() == TaskStatus.PROGRESS;
    assertThatThrownBy(() -> zimage.draw(LONG, status -> {
      if (running.test(status)) {
        zimage.cancel(status.taskId());
      }
    })).isInstanceOf(TaskFailed.class).hasMessageContaining("Task was cancelled");
  }

  @Test
  void whoDrawsAndDoesNotWantToWaitLeavesNothingRunning() throws Exception {
    List<String> tasks = new ArrayList<>();
    try (ZImageClient hasty = ZImageClient.to(api.url()).key(api.key()).waitTimeout(Duration.ofSeconds(1)).open()) {
      assertThatThrownBy(() -> hasty.draw(LONG, status -> tasks.add(status.taskId())))
          .isInstanceOf(TaskNotFinished.class);
    }

    assertThat(zimage.await(tasks.get(0)).status()).isEqualTo(TaskStatus.REVOKED);
  }

  @Test
  void waitingEndsInTime() throws Exception {
    String task = zimage.generate(LONG).taskId();
    long start = System.nanoTime();

    TaskNotFinished notYet = catchThrowableOfType(TaskNotFinished.class,
        () -> zimage.await(task, Duration.ofSeconds(1), status -> { }));

    assertThat(notYet.taskIds()).containsExactly(task);
    assertThat((System.nanoTime() - start) / 1e9).isBetween(1.0, 3.0);
    zimage.cancel(task);
  }

  @Test
  void wrongFieldsAreNamed() {
    RequestRefused refused = refusal(() -> zimage.generate(SMALL.withSize(4096, 64).withSteps(0)));

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.problems()).extracting(FieldProblem::field).containsExactly("width", "num_inference_steps");
    assertThat(refused.problems().get(0)).isEqualTo(new FieldProblem("less_than_equal", List.of("body", "width"),
        "Input should be less than or equal to 2048", Json.createValue(4096)));
    assertThat(refused).hasMessage("422: width: Input should be less than or equal to 2048; "
        + "num_inference_steps: Input should be greater than or equal to 1");
  }

  @Test
  void theWordsOfARefusalAreKept() {
    assertThat(refusal(() -> zimage.status("nothing"))).hasMessage("404: Task not found");
    try (ZImageClient stranger = ZImageClient.to(api.url()).open()) {
      assertThat(refusal(stranger::system)).hasMessage("401: Missing API auth key");
    }
    try (ZImageClient other = ZImageClient.to(api.url()).key(api.otherKey()).open()) {
      String task = zimage.generate(SMALL).taskId();
      assertThat(refusal(() -> other.await(task))).hasMessage("403: Not allowed to access this task");
    }
  }

  @Test
  void aBatchThatIsRefusedLeavesNothingBehind() {
    String prompt = "a boat " + UUID.randomUUID();
    GenerateImageRequest lastSeed = new GenerateImageRequest(prompt, 2048, 2048, 50, null, null, null, null, null, null,
        Json.createObjectBuilder().add("large", "x".repeat(16 * 1024)).build(), null);

    assertThat(refusal(() -> zimage.generateBatch(lastSeed, 3)).problems()).extracting(FieldProblem::field)
        .containsExactly("metadata");
    assertThat(zimage.history(50, 0)).extracting(TaskSummary::prompt).doesNotContain(prompt);
  }

  @Test
  void theSystemTellsItsLimits() {
    SystemStatus system = zimage.system();

    assertThat(system.limits().maxSide()).isEqualTo(2048);
    assertThat(zimage.health().status()).isEqualTo("ok");
  }

  @Test
  void theKeyIsNotShown() {
    assertThat(zimage.toString()).isEqualTo("ZImageClient[" + api.url() + "]");
  }

  private static RequestRefused refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    RequestRefused refused = catchThrowableOfType(RequestRefused.class, call);
    assertThat(refused).isNotNull();
    return refused;
  }
}
