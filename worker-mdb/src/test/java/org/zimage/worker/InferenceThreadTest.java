package org.zimage.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.architecture.LeftOut;
import org.zimage.checkpoint.Dtype;
import org.zimage.export.ExportOptions;
import org.zimage.export.Exporter;
import org.zimage.history.FrequentSizes;
import org.zimage.picture.Picture;
import org.zimage.pipeline.GenerationCancelled;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.StepListener;
import org.zimage.pipeline.network.Device;
import org.zimage.pipeline.network.SessionOptions;
import org.zimage.platform.Platform;
import org.zimage.platform.TestResources;
import org.zimage.settings.Settings;

/** The thread of the model, when it begins and when it ends. */
@ExtendWith(Platform.class)
class InferenceThreadTest {
  private static final int SMALL_STACK_BYTES = 200_000;

  @TempDir
  private Path model;
  private InferenceThread inference;

  @AfterEach
  void close() {
    inference.close(later());
  }

  @Test
  void anErrorWhileTheModelIsLoadedIsToldAndTheNextAttemptIsMade() throws IOException {
    // More than a small stack holds, which is an Error, and less than the parser refuses
    Files.writeString(model.resolve("model.json"), "{\"a\":" + "[".repeat(900) + "]".repeat(900) + "}");
    ThreadFactory smallStacks = work -> new Thread(null, work, "small", SMALL_STACK_BYTES);
    inference = new InferenceThread(settings(), smallStacks);
    inference.start(() -> { });
    await().until(() -> inference.trouble().contains("StackOverflowError"));

    Files.delete(model.resolve("model.json"));

    await().atMost(Duration.ofSeconds(30)).until(() -> inference.trouble().contains("model.json is missing"));
  }

  @Test
  void whatIsDrawnForNobodyEndsWhenTheWorkerStops() throws Exception {
    load();
    CompletableFuture<Picture> drawn = inference.rehearse(2048, 2048);
    CompletableFuture<Picture> waiting = inference.rehearse(2048, 2048);

    inference.close(later());

    assertThatThrownBy(drawn::get).hasCauseInstanceOf(GenerationCancelled.class);
    assertThatThrownBy(waiting::get).hasCauseInstanceOf(GenerationCancelled.class);
  }

  @Test
  void nobodyWaitsForAPictureThatIsNotBegunAnyMore() throws Exception {
    load();
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Picture> drawn = inference.generate(Sampling.of("a cat", 1).withSize(256, 256), (step, steps) -> {
      begun.countDown();
      return true;
    });
    CompletableFuture<Picture> waiting = inference.generate(Sampling.of("a cat", 1), StepListener.NONE);
    begun.await();

    inference.close(later());

    assertThat(drawn.get().width()).isEqualTo(256);
    assertThatThrownBy(waiting::get).hasCauseInstanceOf(GenerationCancelled.class);
  }

  @Test
  void aWarmUpIsOverWhenTheWorkerStops() throws Exception {
    load();
    CompletableFuture<Picture> before = inference.generate(Sampling.of("a sea", 1).withSize(512, 512).withSteps(50), StepListener.NONE);
    AtomicReference<Thread> thread = new AtomicReference<>();
    WarmUp warmUp = new WarmUp(inference, Platform.bean(FrequentSizes.class), work -> {
      thread.set(new Thread(work));
      return thread.get();
    });
    warmUp.start();
    await().until(() -> thread.get().getState() == Thread.State.WAITING);

    warmUp.stop();
    inference.close(later());

    await().until(() -> !thread.get().isAlive());
    assertThat(before).isDone();
  }

  @Test
  void aWorkerThatRequiresAGpuSaysWhyItHasNoneInsteadOfDrawing() {
    LeftOut.where(Device.find(SessionOptions.defaults()) == Device.GPU, "this machine has a GPU");
    inference = new InferenceThread(TestResources.settings(
        Map.of("ZIMAGE_MODEL_DIR", model.toString(), "ZIMAGE_GPU", "required")), Thread::new);

    inference.start(() -> { });

    await().untilAsserted(() -> assertThat(inference.trouble()).contains("a GPU is required", "mvn -Pgpu package"));
    assertThat(inference.model()).isNull();
  }

  private void load() throws InterruptedException {
    Path exported = model.resolve("nano");
    Exporter.export(Path.of("../models/z-image-nano"), exported, new ExportOptions(Dtype.F32, "z-image-nano", false));
    model = exported;
    inference = new InferenceThread(settings(), Thread::new);
    inference.start(() -> { });
    inference.awaitModel();
  }

  /** On a machine that is busy with other tests, too. */
  private static Deadline later() {
    return Deadline.in(Duration.ofMinutes(5));
  }

  private Settings settings() {
    return TestResources.settings(Map.of("ZIMAGE_MODEL_DIR", model.toString()));
  }
}
