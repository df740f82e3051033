package org.zimage.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.picture.Picture;
import org.zimage.pipeline.GenerationCancelled;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.StepListener;
import org.zimage.pipeline.ZImageModel;
import org.zimage.pipeline.network.Device;
import org.zimage.pipeline.network.SessionOptions;
import org.zimage.settings.GpuSettings;
import org.zimage.settings.Settings;

/**
 * The one thread that runs the model. It also waits for the listener of each step, which after a long step waits for Redis. First it loads
 * the model and draws once, so that no task pays for the warm-up; {@link WarmUp} lets it draw at larger sizes later. Owns the thread and
 * the model; both end with {@link #close}. Thread-safe.
 */
@ApplicationScoped
public class InferenceThread {
  private static final Logger LOG = Logger.getLogger(InferenceThread.class.getName());
  private static final long RETRY_SECONDS = 5;
  private static final int WARM_UP_SIDE = 256;

  private final Settings settings;
  private final ExecutorService thread;
  private final CountDownLatch loaded = new CountDownLatch(1);
  private volatile ZImageModel model;
  private volatile String trouble = "the model is being loaded";
  private volatile int loads;
  private volatile boolean ending;
  /** Pictures that are drawn or wait. */
  private final Set<CompletableFuture<Picture>> unfinished = ConcurrentHashMap.newKeySet();
  /** Generations that run or wait. */
  private final AtomicInteger wanted = new AtomicInteger();

  protected InferenceThread() {
    this.settings = null;
    this.thread = null;
  }

  @Inject
  public InferenceThread(Settings settings, ThreadFactory threads) {
    this.settings = settings;
    this.thread = Executors.newSingleThreadExecutor(work -> {
      Thread created = threads.newThread(work);
      created.setName("zimage-inference");
      return created;
    });
  }

  /**
   * Loads the model in the background, again and again until there is one; called once.
   *
   * @param whenLoaded is run by this thread as soon as the model is ready, before its first picture
   */
  void start(Runnable whenLoaded) {
    thread.execute(() -> {
      load();
      if (model != null) {
        whenLoaded.run();
      }
    });
  }

  private void load() {
    try {
      while (!ending && !tryToLoad()) {
        TimeUnit.SECONDS.sleep(RETRY_SECONDS);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean tryToLoad() {
    long start = System.nanoTime();
    try {
      SessionOptions options = options(settings.gpu());
      if (settings.gpu().required()) {
        Device.find(options).requireGpu();
      }
      ZImageModel warm = warmUp(ZImageModel.load(settings.modelDir(), options));
      model = warm;
      loads++;
      trouble = null;
      LOG.info(() -> "Model " + warm.manifest().name() + " (" + warm.manifest().dtype() + ", " + warm.manifest().sourceChecksum()
          + ") loaded and warm after " + (System.nanoTime() - start) / 1_000_000 + " ms, on " + warm.device().description());
      loaded.countDown();
      return true;
    } catch (GenerationCancelled stopped) {
      return false;
    } catch (RuntimeException | Error failure) { // for want of memory, too, the next attempt may succeed
      String what = failure instanceof RuntimeException ? String.valueOf(failure.getMessage()) : failure.toString();
      if (!what.equals(trouble)) {
        LOG.log(Level.SEVERE, "The model cannot be loaded, trying again every " + RETRY_SECONDS + " s", failure);
      }
      trouble = what;
      return false;
    }
  }

  private static SessionOptions options(GpuSettings gpu) {
    return new SessionOptions(0, gpu.index(), gpu.memoryGrowth(), gpu.textEncoder());
  }

  private ZImageModel warmUp(ZImageModel candidate) {
    try {
      candidate.generate(Sampling.of("warm-up", 0).withSize(WARM_UP_SIDE, WARM_UP_SIDE).withSteps(1), new UntilTheEnd());
      return candidate;
    } catch (RuntimeException | Error failure) {
      candidate.close();
      throw failure;
    }
  }

  void awaitModel() throws InterruptedException {
    loaded.await();
  }

  /** What stands in the way of work; null when the model is ready. */
  String trouble() {
    return trouble;
  }

  /** How often a model was loaded by this process: once, however many tasks were cancelled. */
  int loads() {
    return loads;
  }

  /** The loaded model; null before. */
  ZImageModel model() {
    return model;
  }

  /**
   * Draws when the thread is free. The result ends exceptionally with what {@link ZImageModel#generate} throws, at the
   * latest with {@link #close}.
   */
  CompletableFuture<Picture> generate(Sampling sampling, StepListener listener) {
    wanted.incrementAndGet();
    return draw(sampling, listener).whenComplete((picture, failure) -> wanted.decrementAndGet());
  }

  /**
   * Draws one step of a size while nobody wants a picture. The result ends exceptionally with
   * {@link org.zimage.pipeline.GenerationCancelled} when somebody does, or when the worker stops.
   */
  CompletableFuture<Picture> rehearse(int width, int height) {
    return draw(Sampling.of("warm-up", 0).withSize(width, height).withSteps(1), new WhileNobodyWaits());
  }

  private CompletableFuture<Picture> draw(Sampling sampling, StepListener listener) {
    CompletableFuture<Picture> picture = CompletableFuture.supplyAsync(() -> model.generate(sampling, listener), thread);
    unfinished.add(picture);
    picture.whenComplete((drawn, failure) -> unfinished.remove(picture));
    return picture;
  }

  /** Lets what is drawn for nobody stop before its next step, and no more of it begin; returns at once. */
  void endRehearsals() {
    ending = true;
  }

  /** Goes on until the worker stops. */
  private class UntilTheEnd implements StepListener {
    @Override
    public boolean mayBegin() {
      return !ending;
    }

    @Override
    public boolean afterStep(int step, int steps) {
      return mayBegin();
    }
  }

  /** Makes way for whoever wants a picture. */
  private final class WhileNobodyWaits extends UntilTheEnd {
    @Override
    public boolean mayBegin() {
      return super.mayBegin() && wanted.get() == 0;
    }
  }

  /** Ends the thread, after the step that it is in, and gives the model's memory back. Nobody waits for a picture any more. */
  void close(Deadline end) {
    endRehearsals();
    thread.shutdownNow();
    try {
      if (thread.awaitTermination(end.nanosLeft(), TimeUnit.NANOSECONDS)) {
        if (model != null) {
          model.close();
        }
      } else {
        LOG.warning("The model is still busy; its memory is left to the end of the process");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    unfinished.forEach(picture -> picture.completeExceptionally(new GenerationCancelled(0, 0)));
  }
}
