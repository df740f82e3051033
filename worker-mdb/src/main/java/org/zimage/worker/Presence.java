package org.zimage.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.api.model.ModelDefaults;
import org.zimage.broker.Listeners;
import org.zimage.checkpoint.source.SamplingDefaults;
import org.zimage.model.ModelManifest;
import org.zimage.picture.credentials.Provenance.SoftwareAgent;
import org.zimage.pipeline.ZImageModel;
import org.zimage.pipeline.memory.FreeMemory;
import org.zimage.pipeline.network.Device;
import org.zimage.settings.MarkSettings;
import org.zimage.settings.Settings;
import org.zimage.system.Workers;
import org.zimage.system.Workers.Card;
import org.zimage.system.Workers.Machine;
import org.zimage.task.dispatch.WorkQueue;
import org.zimage.task.reuse.Manner;
import org.zimage.worker.credentials.PictureSigning;

/**
 * Announces this worker and its model: to the others in the database, and to the listener of its messages, which has none before it
 * knows the model. Owns one thread, from start to stop.
 */
@ApplicationScoped
public class Presence {
  private static final Logger LOG = Logger.getLogger(Presence.class.getName());

  private final Workers workers;
  private final Worker worker;
  private final InferenceThread inference;
  private final Listeners listeners;
  private final MarkSettings marks;
  private final PictureSigning signing;
  private final ScheduledExecutorService clock;

  protected Presence() {
    this.workers = null;
    this.worker = null;
    this.inference = null;
    this.listeners = null;
    this.marks = null;
    this.signing = null;
    this.clock = null;
  }

  @Inject
  public Presence(Workers workers, Worker worker, InferenceThread inference, Listeners listeners, Settings settings,
      PictureSigning signing, ThreadFactory threads) {
    this.workers = workers;
    this.worker = worker;
    this.inference = inference;
    this.listeners = listeners;
    this.marks = settings.marks();
    this.signing = signing;
    this.clock = Executors.newSingleThreadScheduledExecutor(threads);
  }

  void start() {
    clock.scheduleWithFixedDelay(this::announce, 0, Workers.PERIOD_SECONDS, TimeUnit.SECONDS);
  }

  /** The model is loaded: says so at once, unless the worker stops already. */
  void announceSoon() {
    try {
      clock.execute(this::announce);
    } catch (RejectedExecutionException stopping) {
      LOG.log(Level.FINE, "The model was loaded while this worker stops", stopping);
    }
  }

  /** Begins to say that the worker is gone; returns at once. */
  void stop() {
    clock.execute(this::sayGoodbye);
    clock.shutdown();
  }

  private void sayGoodbye() {
    try {
      workers.gone(worker.name());
    } catch (RuntimeException databaseAway) {
      LOG.log(Level.FINE, "Others will notice that this worker is silent", databaseAway);
    }
  }

  /** Waits until it is said. */
  void awaitStopped(Deadline end) {
    try {
      if (!clock.awaitTermination(end.nanosLeft(), TimeUnit.NANOSECONDS)) {
        LOG.warning("The database was not told in time that this worker is gone; others will notice that it is silent");
        clock.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void announce() {
    ZImageModel model = inference.model();
    if (model == null) {
      return;
    }
    takeOwnMessages(model.manifest().name());
    try {
      if (workers.seen(worker.name(), model.manifest().name(), describe(model.manifest()), machine(model))) {
        workers.toldTargets(worker.name(), model.adapterTargets().shapes());
      }
      workers.toldManner(worker.name(), manner(model).hash());
    } catch (RuntimeException databaseAway) {
      LOG.log(Level.FINE, "Nobody can be told at the moment", databaseAway);
    } catch (Error failure) { // which would end the telling for good, without a word
      LOG.log(Level.SEVERE, "This worker cannot say that it is there; trying again", failure);
    }
  }

  /** Again and again, because the server may make the listener later than the model is loaded, and anew. */
  private void takeOwnMessages(String model) {
    try {
      listeners.select(WorkQueue.NAME, WorkQueue.selectorOf(model));
    } catch (RuntimeException refused) {
      LOG.log(Level.WARNING, "This worker gets no messages; trying again in " + Workers.PERIOD_SECONDS + " s", refused);
    }
  }

  private static Card describe(ModelManifest card) {
    return new Card(card.dtype().lowerCaseName(), card.canvasMultiple(), card.sourceChecksum(), card.schedulerShift(),
        card.defaults().isEmpty() ? null : defaults(card.defaults()));
  }

  private static ModelDefaults defaults(SamplingDefaults said) {
    return new ModelDefaults(said.steps(), said.guidanceScale(), said.negativePrompt(), said.cfgNormalization(),
        said.sizes().isEmpty() ? null : said.sizes());
  }

  /** Whether TensorFlow's build is for GPUs does not matter where there is none. */
  private Manner manner(ZImageModel model) {
    ModelManifest card = model.manifest();
    return new Manner(card.name(), card.sourceChecksum(), card.dtype().lowerCaseName(), card.schedulerShift(),
        model.device() == Device.GPU ? "gpu" : "cpu", SoftwareAgent.product().version(), marks.embedsParameters(), marks.aigcProducer(),
        signing.signer().orElse(null));
  }

  private static Machine machine(ZImageModel model) {
    return new Machine(model.device().name().toLowerCase(Locale.ROOT), model.device().description(),
        Runtime.getRuntime().availableProcessors(), FreeMemory.HERE.bytes(), model.largestSquare());
  }
}
