package org.zimage.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.caller.Caller;
import org.zimage.checkpoint.Dtype;
import org.zimage.export.ExportOptions;
import org.zimage.export.Exporter;
import org.zimage.image.DiskStore;
import org.zimage.input.InputPictures;
import org.zimage.lora.upload.LoraLibrary;
import org.zimage.metrics.SystemMetrics;
import org.zimage.picture.Picture;
import org.zimage.pipeline.GenerationCancelled;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.platform.TestResources;
import org.zimage.progress.Previews;
import org.zimage.progress.ProgressStore;
import org.zimage.settings.Settings;
import org.zimage.task.TaskId;
import org.zimage.task.dispatch.Dispatcher;
import org.zimage.task.dispatch.WorkQueue;
import org.zimage.task.lifecycle.Cancellation;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;
import org.zimage.task.view.Tasks;
import org.zimage.worker.adapter.Adapters;
import org.zimage.worker.credentials.PictureSigning;

/** The worker with z-image-nano, as the bean uses it. */
@ExtendWith(Platform.class)
class WorkerTest {
  /** Some seconds of work. */
  private static final String LONG = "{\"prompt\": \"a cat\", \"seed\": 1, \"num_inference_steps\": 50, \"guidance_scale\": 1}";
  /** One step, and a second for the decoder. */
  private static final String LONG_DECODING =
      "{\"prompt\": \"a sea\", \"seed\": 1, \"num_inference_steps\": 1, \"width\": 2048, \"height\": 2048}";
  private static final String SHORT =
      "{\"prompt\": \"a red circle\", \"seed\": 2, \"num_inference_steps\": 2, \"width\": 80, \"height\": 64}";

  private static final long RECEIVE_MILLIS = 10_000;

  @TempDir
  private static Path models;
  private static InferenceThread inference;

  @TempDir
  private Path pictures;
  private final Database database = new Database();
  private final Submission submission = Platform.bean(Submission.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final Tasks tasks = Platform.bean(Tasks.class);
  private final List<Thread> beans = new ArrayList<>();
  private Worker worker;

  @BeforeAll
  static void loadTheModel() throws InterruptedException {
    Path model = models.resolve("z-image-nano");
    Exporter.export(Path.of("../models/z-image-nano"), model, new ExportOptions(Dtype.F32, "z-image-nano", false));
    inference = new InferenceThread(settings(Path.of("unused"), model), Thread::new);
    assertThat(inference.trouble()).isEqualTo("the model is being loaded");
    inference.start(() -> { });
    inference.awaitModel();
    assertThat(inference.trouble()).isNull();
  }

  @AfterAll
  static void closeTheModel() {
    inference.close(end());
  }

  @BeforeEach
  void startWorker() {
    worker = worker(finisher(pictures));
  }

  private Worker worker(Finisher finisher) {
    return new Worker(inference, ledger, Platform.bean(Dispatcher.class), Platform.bean(ProgressStore.class),
        Platform.bean(Previews.class), Platform.bean(InputPictures.class), new Adapters(Platform.bean(LoraLibrary.class)), finisher,
        Platform.bean(SystemMetrics.class), Thread::new);
  }

  @AfterEach
  void stopWorker() throws InterruptedException {
    worker.stop(end());
    for (Thread bean : beans) {
      bean.join();
    }
  }

  @Test
  void aTaskBecomesAPictureWithItsParametersInside() throws IOException {
    TaskId id = submit(SHORT);

    worker.workOn(id);

    TaskStatusResponse view = awaitStatus(id, TaskStatus.SUCCESS);
    Path png = Path.of(view.result().outputPath());
    BufferedImage image = ImageIO.read(png.toFile());
    assertThat(image.getWidth()).isEqualTo(80);
    assertThat(image.getHeight()).isEqualTo(64);
    assertThat(new String(Files.readAllBytes(png), StandardCharsets.ISO_8859_1))
        .contains("prompt\0a red circle").contains("seed\0" + "2").contains("num_inference_steps\0" + "2")
        .contains("model\0z-image-nano f32").contains("task_id\0" + id);
    assertThat(Path.of(view.result().previewOutputPath())).isNotEmptyFile();
    assertThat(view.result().relativePath().replace(".png", ".webp")).isEqualTo(view.result().previewRelativePath());
    assertThat(view.progress()).isEqualTo(100);
  }

  @Test
  void theSameSeedGivesTheSamePicture() throws IOException {
    TaskId one = submit(SHORT);
    TaskId two = submit(SHORT);

    worker.workOn(one);
    worker.workOn(two);

    assertThat(pixels(awaitStatus(one, TaskStatus.SUCCESS))).isEqualTo(pixels(awaitStatus(two, TaskStatus.SUCCESS)));
  }

  @Test
  void aCancelledTaskStopsBeforeItsNextStepAndTheNextOneStartsWithTheSameModel() {
    TaskId id = submit(LONG);
    TaskId next = submit(SHORT);
    workInTheBackground(id);
    awaitStatus(id, TaskStatus.PROGRESS);

    Platform.bean(Cancellation.class).cancel(id.value(), Caller.ANONYMOUS);

    awaitStatus(id, TaskStatus.REVOKED);
    assertThat((Integer) database.task(id).get("step")).isLessThan(50);
    worker.workOn(next);
    awaitStatus(next, TaskStatus.SUCCESS);
    assertThat(inference.loads()).isOne();
  }

  @Test
  void withRedisAwayATaskIsMadeAndCancelledAllTheSame() throws Exception {
    TaskId made = submit(SHORT);
    TaskId cancelled = submit("{\"prompt\": \"a cat\", \"num_inference_steps\": 50, \"width\": 2048, \"height\": 2048}");
    Platform.servers().stopRedis();
    try {
      worker.workOn(made);
      awaitStatus(made, TaskStatus.SUCCESS);

      workInTheBackground(cancelled);
      await().until(() -> "running".equals(database.task(cancelled).get("status")));
      Platform.bean(Cancellation.class).cancel(cancelled.value(), Caller.ANONYMOUS);

      awaitStatus(cancelled, TaskStatus.REVOKED);
    } finally {
      Platform.servers().startRedis();
      Platform.awaitRedis();
    }
  }

  @Test
  void theNextTaskIsClaimedWhileAPictureIsDecoded() {
    TaskId decoded = submit(LONG_DECODING);
    TaskId next = submit(SHORT);

    worker.workOn(decoded);
    workInTheBackground(next);

    await().until(() -> "running".equals(database.task(next).get("status")));
    assertThat(database.task(decoded)).containsEntry("status", "running").containsEntry("step", 0);
    awaitStatus(decoded, TaskStatus.SUCCESS);
    awaitStatus(next, TaskStatus.SUCCESS);
  }

  @Test
  void aTaskWhoseWorkerWasLostWaitsUntilOthersAreStored() {
    TaskId decoded = submit(LONG_DECODING);
    TaskId repeated = submit(SHORT);
    loseItsWorker(repeated);

    worker.workOn(decoded);
    worker.workOn(repeated);

    awaitStatus(repeated, TaskStatus.SUCCESS);
    assertThat((Timestamp) database.task(repeated).get("started_at"))
        .isAfterOrEqualTo((Timestamp) database.task(decoded).get("finished_at"));
  }

  @Test
  void nobodyIsClaimedBesideATaskWhoseWorkerWasLost() {
    TaskId repeated = submit(LONG_DECODING);
    loseItsWorker(repeated);

    worker.workOn(repeated);

    assertThat(database.task(repeated)).containsEntry("status", "success").containsEntry("attempt", 2);
  }

  private void loseItsWorker(TaskId id) {
    database.execute("UPDATE image_generation_tasks SET attempt = 1 WHERE task_id = '" + id + "'");
  }

  @Test
  void aTaskThatIsCancelledWhileItWaitsForTheModelIsNotBegun() {
    TaskId decoded = submit(LONG_DECODING);
    TaskId next = submit(SHORT);
    worker.workOn(decoded);
    workInTheBackground(next);
    await().until(() -> "running".equals(database.task(next).get("status")));

    Platform.bean(Cancellation.class).cancel(next.value(), Caller.ANONYMOUS);

    awaitStatus(next, TaskStatus.REVOKED);
    assertThat(database.task(next)).containsEntry("step", 0);
    awaitStatus(decoded, TaskStatus.SUCCESS);
  }

  @Test
  void aWorkerThatStopsStoresWhatIsDecodedAndGivesBackWhatWaits() {
    TaskId decoded = submit(LONG_DECODING);
    TaskId next = submit(SHORT);
    worker.workOn(decoded);
    workInTheBackground(next);
    await().until(() -> "running".equals(database.task(next).get("status")));

    worker.stop(end());

    assertThat(database.task(decoded)).containsEntry("status", "success");
    assertThat(database.task(next)).containsEntry("status", "pending").containsEntry("attempt", 1).containsEntry("handed_back", 1);
  }

  @Test
  void aWarmUpIsDrawnWhileNobodyWantsAPicture() {
    assertThat(inference.rehearse(128, 64).join().rgb()).hasSize(128 * 64 * 3);
  }

  @Test
  void aWarmUpMakesWayForATask() {
    CompletableFuture<Picture> warmUp = inference.rehearse(2048, 2048);
    TaskId wanted = submit(SHORT);

    worker.workOn(wanted);

    assertThatThrownBy(warmUp::get).hasCauseInstanceOf(GenerationCancelled.class);
    awaitStatus(wanted, TaskStatus.SUCCESS);
  }

  @Test
  void aMessageThatComesAgainIsTakenWithoutWork() {
    TaskId id = submit(SHORT);
    worker.workOn(id);
    awaitStatus(id, TaskStatus.SUCCESS);

    worker.workOn(id);
    worker.workOn(TaskId.random());

    assertThat(database.task(id)).containsEntry("attempt", 1);
  }

  @Test
  void theBeansInterruptionDoesNotReachTheGeneration() {
    TaskId id = submit(LONG);
    Thread bean = workInTheBackground(id);
    awaitStatus(id, TaskStatus.PROGRESS);

    bean.interrupt();

    await().until(() -> !bean.isAlive());
    assertThat(awaitStatus(id, TaskStatus.SUCCESS).result()).isNotNull();
    assertThat(database.task(id)).containsEntry("attempt", 1);
  }

  @Test
  void aWorkerThatStopsGivesItsTaskBackAndTakesNoMore() {
    TaskId id = submit(LONG);
    TaskId next = submit(SHORT);
    workInTheBackground(id);
    awaitStatus(id, TaskStatus.PROGRESS);

    worker.stop(end());

    assertThat(database.task(id)).containsEntry("status", "pending").containsEntry("attempt", 1).containsEntry("handed_back", 1);
    worker.workOn(next);
    assertThat(database.task(next)).containsEntry("status", "pending").containsEntry("attempt", 0);
  }

  @Test
  void aWorkerThatLostItsLeaseStopsAndWritesNothing() {
    TaskId id = submit("{\"prompt\": \"a cat\", \"num_inference_steps\": 50, \"width\": 2048, \"height\": 2048}");
    Thread bean = workInTheBackground(id);
    awaitStatus(id, TaskStatus.PROGRESS);

    database.execute("UPDATE image_generation_tasks SET attempt = 2, worker = 'another'");

    await().until(() -> !bean.isAlive());
    worker.stop(end());
    assertThat(database.task(id)).containsEntry("status", "running").containsEntry("worker", "another")
        .containsEntry("image_id", null).containsEntry("error_code", null);
  }

  @Test
  void aStoreThatTakesNothingIsAStorageFailure() throws IOException {
    Files.writeString(pictures.resolve("in-the-way"), "a file");
    worker.stop(end());
    worker = worker(finisher(pictures.resolve("in-the-way")));
    TaskId id = submit(SHORT);

    worker.workOn(id);

    TaskStatusResponse view = awaitStatus(id, TaskStatus.FAILURE);
    assertThat(view.errorCode()).isEqualTo("storage_failed");
    assertThat(view.error()).isEqualTo("The picture could not be stored");
  }

  @Test
  void aStoreThatComesBackInTimeGetsThePicture() throws IOException {
    Path inTheWay = Files.writeString(pictures.resolve("in-the-way"), "a file");
    worker.stop(end());
    worker = worker(finisher(inTheWay));
    TaskId id = submit(SHORT);

    Handler firstRetry = new OnMessage("trying again to store the picture", () -> inTheWay.toFile().delete());
    Logger.getLogger(StorePatience.class.getName()).addHandler(firstRetry);
    try {
      worker.workOn(id);

      TaskStatusResponse view = awaitStatus(id, TaskStatus.SUCCESS);
      assertThat(Path.of(view.result().outputPath())).isNotEmptyFile().startsWith(inTheWay);
    } finally {
      Logger.getLogger(StorePatience.class.getName()).removeHandler(firstRetry);
    }
  }

  @Test
  void aRowThatCannotBeDrawnFailsAndTheNextTaskRuns() {
    TaskId odd = submit(SHORT);
    database.execute("UPDATE image_generation_tasks SET width = 5000");
    TaskId next = submit(SHORT);

    worker.workOn(odd);
    worker.workOn(next);

    TaskStatusResponse view = awaitStatus(odd, TaskStatus.FAILURE);
    assertThat(view.errorCode()).isEqualTo("invalid_request");
    assertThat(view.error()).isEqualTo("The picture cannot be drawn: width must be from 64 to 2048 (got 5000)");
    awaitStatus(next, TaskStatus.SUCCESS);
  }

  /** What goes wrong between the claim and the drawing ended neither the claim nor the turn. */
  @Test
  void aRowWithoutASingleStepFailsAndTheNextTaskRuns() {
    TaskId odd = submit(SHORT);
    database.execute("UPDATE image_generation_tasks SET num_inference_steps = 0");
    TaskId next = submit(SHORT);

    worker.workOn(odd);
    worker.workOn(next);

    assertThat(awaitStatus(odd, TaskStatus.FAILURE).errorCode()).isEqualTo("invalid_request");
    awaitStatus(next, TaskStatus.SUCCESS);
  }

  @Test
  void aTaskForAnotherModelGoesBackWithoutAnAttemptAndItsNewMessageNamesTheModel() {
    TaskId other = submit(SHORT);
    await().until(() -> database.task(other).get("dispatched_at") != null);
    database.execute("UPDATE image_generation_tasks SET model = 'z-image-turbo', dispatched_at = NULL");
    TaskId next = submit(SHORT);

    worker.workOn(other);
    worker.workOn(next);

    awaitStatus(next, TaskStatus.SUCCESS);
    await("another message").until(() -> database.task(other).get("dispatched_at") != null);
    assertThat(messageFor("z-image-turbo")).isEqualTo(other.value());
    assertThat(database.task(other)).containsEntry("status", "pending").containsEntry("attempt", 0).containsEntry("worker", null);
  }

  /** The text of the next message that names the model. */
  private static String messageFor(String model) {
    try (JMSContext context = Platform.servers().connectionFactory().createContext();
        JMSConsumer consumer = context.createConsumer(context.createQueue(WorkQueue.NAME), "model = '" + model + "'")) {
      return consumer.receiveBody(String.class, RECEIVE_MILLIS);
    }
  }

  @Test
  void aTaskThatCannotBeClaimedFailsIsToldOfOnceAndTheNextOneRuns() {
    TaskId unreadable = submit(SHORT);
    database.execute("UPDATE image_generation_batches SET status = 'no status'");
    TaskId next = submit(SHORT);
    List<String> told = new CopyOnWriteArrayList<>();
    Handler log = new OnMessage(unreadable.value(), () -> told.add(unreadable.value()));
    Logger.getLogger(Worker.class.getName()).addHandler(log);
    try {
      worker.workOn(unreadable);
      worker.workOn(next);
    } finally {
      Logger.getLogger(Worker.class.getName()).removeHandler(log);
    }

    TaskStatusResponse view = awaitStatus(unreadable, TaskStatus.FAILURE);
    assertThat(view.errorCode()).isEqualTo("internal_error");
    assertThat(view.error()).isEqualTo("The task cannot be read");
    assertThat(told).hasSize(1);
    assertThat(database.batchOf(unreadable)).containsEntry("status", "error");
    awaitStatus(next, TaskStatus.SUCCESS);
  }

  @Test
  void aWorkerThatStopsDoesNotWaitForMoreThanItsTime() {
    TaskId decoded = submit(LONG_DECODING);
    workInTheBackground(decoded);
    await().until(() -> "running".equals(database.task(decoded).get("status")));

    worker.stop(Deadline.in(Duration.ZERO));

    assertThat(database.task(decoded)).containsEntry("status", "running");
    startWorker(); // the one that stopped waits for nothing any more
  }

  @Test
  void aMessageThatComesAfterTheEndIsLeftToOthersWithoutAFailure() {
    TaskId late = submit(SHORT);
    await().until(() -> database.task(late).get("dispatched_at") != null);
    database.execute("UPDATE image_generation_tasks SET dispatched_at = NULL");
    worker.stop(end());

    worker.workOn(late);

    await().untilAsserted(() -> assertThat(database.task(late).get("dispatched_at")).isNotNull());
    assertThat(database.task(late)).containsEntry("status", "pending").containsEntry("attempt", 0);
  }

  private static Deadline end() {
    return Deadline.in(Duration.ofMinutes(5));
  }

  private TaskId submit(String body) {
    return submission.submit(GenerationRequest.parse(body), Caller.ANONYMOUS, null);
  }

  private Thread workInTheBackground(TaskId id) {
    Thread bean = new Thread(() -> worker.workOn(id));
    beans.add(bean);
    bean.start();
    return bean;
  }

  private TaskStatusResponse awaitStatus(TaskId id, TaskStatus status) {
    return await().atMost(Duration.ofSeconds(60))
        .until(() -> tasks.find(id.value(), Caller.ANONYMOUS).status(), view -> view.status() == status);
  }

  private static int[] pixels(TaskStatusResponse view) throws IOException {
    BufferedImage image = ImageIO.read(Path.of(view.result().outputPath()).toFile());
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private Finisher finisher(Path store) {
    Settings settings = Platform.bean(Settings.class);
    PictureSigning unsigned = new PictureSigning(settings, Clock.systemUTC(), Platform.bean(SystemMetrics.class));
    return new Finisher(new DiskStore(store), settings, ledger, unsigned, Platform.bean(InputPictures.class), Clock.systemUTC(),
        new SecureRandom());
  }

  private static Settings settings(Path pictures, Path model) {
    return TestResources.settings(Map.of("ZIMAGE_OUTPUT_DIR", pictures.toString(), "ZIMAGE_MODEL_DIR", model.toString()));
  }

  /** Does something when the log says something. */
  private static final class OnMessage extends Handler {
    private final String message;
    private final Runnable reaction;

    OnMessage(String message, Runnable reaction) {
      this.message = message;
      this.reaction = reaction;
    }

    @Override
    public void publish(LogRecord entry) {
      if (entry.getMessage().contains(message)) {
        reaction.run();
      }
    }

    @Override
    public void flush() { }

    @Override
    public void close() { }
  }
}
