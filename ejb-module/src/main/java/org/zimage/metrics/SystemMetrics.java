package org.zimage.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.api.SystemStatus;
import org.zimage.api.SystemStatus.Model;
import org.zimage.broker.BrokerWatch;
import org.zimage.broker.Listeners;
import org.zimage.broker.Listeners.Listener;
import org.zimage.progress.ProgressStore;
import org.zimage.system.SystemOverview;
import org.zimage.task.CancellationRequested;
import org.zimage.task.TaskState;
import org.zimage.task.lifecycle.LeaseExpired;
import org.zimage.task.lifecycle.PictureReused;
import org.zimage.task.removal.PicturesRemoved;
import org.zimage.task.removal.Removals;
import org.zimage.task.removal.Removals.Waiting;
import org.zimage.task.removal.TasksRemoved;

/** Every metric of the system: its name, its labels, its meaning. Thread-safe. */
@ApplicationScoped
public class SystemMetrics {
  private static final Logger LOG = Logger.getLogger(SystemMetrics.class.getName());

  /** Scrapers come every few seconds; several gauges share one look at the database. */
  private static final long SNAPSHOT_NANOS = 2_000_000_000L;

  private static final Duration[] REQUEST_BUCKETS = millis(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000);
  private static final Duration[] WORK_BUCKETS =
      millis(10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000);

  private static final int MOST_ADAPTERS = 100;
  /** No adapter's name: these begin with a letter or a digit. */
  private static final String OTHER_ADAPTERS = "_other";

  private final PrometheusMeterRegistry registry;
  private final SystemOverview overview;
  private final ProgressStore progressStore;
  private final BrokerWatch broker;
  private final Listeners listeners;
  private final Removals removals;
  private final List<Meter> gauges = new CopyOnWriteArrayList<>();
  private final Set<String> shownQueues = ConcurrentHashMap.newKeySet();
  private final Set<String> shownAdapters = new HashSet<>();
  private final Set<String> shownModels = ConcurrentHashMap.newKeySet();
  private volatile boolean showsSystem;
  private SystemStatus snapshot;
  /** Read with it. */
  private Waiting waiting;
  private long snapshotAt;

  protected SystemMetrics() {
    this.registry = null;
    this.overview = null;
    this.progressStore = null;
    this.broker = null;
    this.listeners = null;
    this.removals = null;
  }

  @Inject
  public SystemMetrics(SystemOverview overview, ProgressStore progressStore, BrokerWatch broker, Listeners listeners,
      Removals removals) {
    this.registry = JvmRegistry.get();
    this.overview = overview;
    this.progressStore = progressStore;
    this.broker = broker;
    this.listeners = listeners;
    this.removals = removals;
    showBroker();
    beginCounting();
  }

  /** A web node and a worker in one process have one registry, and reach the broker by the same account. */
  private void showBroker() {
    String name = "zimage.broker.up";
    if (registry.find(name).gauge() == null) {
      keep(Gauge.builder(name, () -> broker.troubles().isEmpty() ? 1 : 0)
          .description("Whether the broker lets this process do what it has to"));
    }
  }

  /** From nothing to one is no growth to Prometheus: counters that alerts watch begin with 0. */
  private void beginCounting() {
    leasesLost();
    tasksRepeated();
    tasksRemoved();
    filesRemoved();
    picturesReused();
    Arrays.stream(TaskState.values()).filter(TaskState::isFinal).forEach(this::tasksEnded);
  }

  /** What a picture goes through, one after the other. */
  public enum Phase {
    ADAPTERS, PROMPT, ENCODING, SAMPLING, DECODING, STORING
  }

  /** @param route a template such as {@code /v1/tasks/{task_id}}, never an address: addresses have no end */
  public void answered(String route, String method, int status, Duration took) {
    Timer.builder("zimage.http.requests").description("Answered requests")
        .tag("route", route).tag("method", method).tag("status", String.valueOf(status))
        .serviceLevelObjectives(REQUEST_BUCKETS).register(registry).record(took);
  }

  public void step(Duration took) {
    Timer.builder("zimage.step").description("Steps of the sampler")
        .serviceLevelObjectives(WORK_BUCKETS).register(registry).record(took);
  }

  public void phase(Phase phase, Duration took) {
    Timer.builder("zimage.phase").description("Phases of pictures")
        .tag("phase", phase.name().toLowerCase(Locale.ROOT))
        .serviceLevelObjectives(WORK_BUCKETS).register(registry).record(took);
  }

  /**
   * The steps of a picture that was drawn with an adapter. Names have no end, because adapters come and go: those beyond the first
   * {@value #MOST_ADAPTERS} of this process are counted together.
   *
   * @param name of an adapter that exists, never what a caller has sent
   */
  public void adapter(String name, Duration took) {
    synchronized (shownAdapters) {
      boolean isShown = shownAdapters.contains(name) || shownAdapters.size() < MOST_ADAPTERS && shownAdapters.add(name);
      Timer.builder("zimage.lora").description("Steps of pictures with an adapter").tag("lora", isShown ? name : OTHER_ADAPTERS)
          .register(registry).record(took);
    }
  }

  /** From the claim to the stored files. */
  public void picture(Duration took) {
    Timer.builder("zimage.picture").description("Pictures, from the claim of the task to the stored files")
        .serviceLevelObjectives(WORK_BUCKETS).register(registry).record(took);
  }

  public void ended(TaskState status) {
    tasksEnded(status).increment();
  }

  void count(@Observes(during = TransactionPhase.AFTER_SUCCESS) CancellationRequested cancellation) {
    if (cancellation.status().isFinal()) {
      ended(cancellation.status());
    }
  }

  void count(@Observes LeaseExpired lease) {
    leasesLost().increment();
    if (lease.status().isFinal()) {
      ended(lease.status());
    } else {
      repeated();
    }
  }

  void count(@Observes(during = TransactionPhase.AFTER_SUCCESS) TasksRemoved removal) {
    tasksRemoved().increment(removal.tasks());
  }

  void count(@Observes PicturesRemoved removal) {
    filesRemoved().increment(removal.files());
  }

  void count(@Observes(during = TransactionPhase.AFTER_SUCCESS) PictureReused picture) {
    ended(TaskState.SUCCESS);
    picturesReused().increment();
  }

  /** A task waits again after an attempt that had no outcome. */
  public void repeated() {
    tasksRepeated().increment();
  }

  private Counter tasksEnded(TaskState status) {
    return Counter.builder("zimage.tasks.ended").description("Tasks that this process ended")
        .tag("status", status.word()).register(registry);
  }

  private Counter leasesLost() {
    return Counter.builder("zimage.leases.lost")
        .description("Leases that a worker stopped renewing, found by this process")
        .register(registry);
  }

  private Counter tasksRemoved() {
    return Counter.builder("zimage.tasks.removed").description("Tasks that this process removed because their time was over")
        .register(registry);
  }

  private Counter filesRemoved() {
    return Counter.builder("zimage.files.removed").description("Files of removed tasks that this process removed from the store")
        .register(registry);
  }

  private Counter picturesReused() {
    return Counter.builder("zimage.pictures.reused").description("Pictures that tasks got from equal ones, instead of being drawn")
        .register(registry);
  }

  private Counter tasksRepeated() {
    return Counter.builder("zimage.tasks.repeated")
        .description("Attempts that had no outcome, so that the task waits again")
        .register(registry);
  }

  /** Shows what waits and runs, and the servers' state; of the node that answers requests. */
  public void showSystem(IntSupplier eventStreams) {
    showsSystem = true;
    gauge("zimage.tasks.waiting", "Tasks that no worker has yet", SystemStatus::queueDepth);
    gauge("zimage.tasks.running", "Tasks that a worker has", now -> now.running());
    gauge("zimage.queue.oldest.seconds", "Age of the oldest waiting task", now -> now.oldestWaitSeconds());
    gauge("zimage.workers", "Workers with a loaded model that were seen lately", now -> now.workers().size());
    keep(Gauge.builder("zimage.removals.waiting", () -> waiting(Waiting::count))
        .description("Removed tasks and input pictures whose files are still to be removed"));
    keep(Gauge.builder("zimage.removals.oldest.seconds", () -> waiting(Waiting::oldestSeconds))
        .description("Age of the oldest of them"));
    keep(Gauge.builder("zimage.event.streams", eventStreams::getAsInt).description("Open event streams"));
    keep(Gauge.builder("zimage.database.up", () -> now() == null ? 0 : 1).description("Whether the database answers"));
    keep(Gauge.builder("zimage.redis.up", () -> progressStore.isReachable() ? 1 : 0).description("Whether Redis answers"));
  }

  private synchronized double waiting(ToDoubleFunction<Waiting> value) {
    return now() == null ? Double.NaN : value.applyAsDouble(waiting);
  }

  /** Shows how long pictures can still be signed; of a worker that signs them. */
  public void showCertificate(DoubleSupplier daysLeft) {
    keep(Gauge.builder("zimage.c2pa.certificate.days", daysLeft::getAsDouble)
        .description("Days until the certificate ends that signs pictures"));
  }

  private void gauge(String name, String description, ToDoubleFunction<SystemStatus> value) {
    keep(Gauge.builder(name, () -> {
      SystemStatus now = now();
      return now == null ? Double.NaN : value.applyAsDouble(now);
    }).description(description));
  }

  private void keep(Gauge.Builder<?> gauge) {
    keep(gauge.strongReference(true).register(registry));
  }

  private void keep(Meter meter) {
    gauges.add(meter);
  }

  /** Null while the database is away. */
  private synchronized SystemStatus now() {
    if (snapshotAt == 0 || System.nanoTime() - snapshotAt > SNAPSHOT_NANOS) {
      try {
        waiting = removals.waiting();
        snapshot = overview.now();
      } catch (RuntimeException databaseAway) {
        LOG.log(Level.FINE, "The database cannot be asked at the moment", databaseAway);
        snapshot = null;
      }
      snapshotAt = System.nanoTime();
    }
    return snapshot;
  }

  /** The page that Prometheus reads. */
  public String page() {
    listeners.all().forEach(listener -> show(listener.queue()));
    if (showsSystem) {
      showModels();
    }
    return registry.scrape();
  }

  /** Listeners come with the applications of this process, one after the other. */
  private void show(String queue) {
    if (shownQueues.add(queue)) {
      keep(Gauge.builder("zimage.listeners", () -> now(queue, Listener::listening)).tag("queue", queue)
          .description("Consumers that this process has at a queue").strongReference(true).register(registry));
      keep(Gauge.builder("zimage.listeners.missing", () -> now(queue, it -> it.wanted() - it.listening()))
          .tag("queue", queue).description("Consumers that this process should have at a queue and has not")
          .strongReference(true).register(registry));
      keep(FunctionCounter.builder("zimage.listeners.lost", this, it -> now(queue, Listener::lost)).tag("queue", queue)
          .description("Consumers that the broker has taken from this process").register(registry));
    }
  }

  /** Models that were ever served: whoever names another one in a request makes no metrics. */
  private void showModels() {
    SystemStatus now = now();
    if (now != null) {
      now.models().stream().filter(model -> model.workers() > 0).map(Model::name).filter(shownModels::add).forEach(this::showModel);
    }
  }

  private void showModel(String model) {
    keep(Gauge.builder("zimage.model.tasks.waiting", () -> of(model, Model::queueDepth)).tag("model", model)
        .description("Tasks of a model that no worker has yet").strongReference(true).register(registry));
    keep(Gauge.builder("zimage.model.tasks.running", () -> of(model, Model::running)).tag("model", model)
        .description("Tasks of a model that a worker has").strongReference(true).register(registry));
    keep(Gauge.builder("zimage.model.workers", () -> of(model, Model::workers)).tag("model", model)
        .description("Workers with this model that were seen lately").strongReference(true).register(registry));
  }

  private double of(String model, ToDoubleFunction<Model> value) {
    SystemStatus now = now();
    return now == null ? Double.NaN
        : now.models().stream().filter(each -> each.name().equals(model)).mapToDouble(value).findFirst().orElse(0);
  }

  private double now(String queue, ToDoubleFunction<Listener> value) {
    return listeners.all().stream().filter(listener -> listener.queue().equals(queue)).mapToDouble(value).findFirst()
        .orElse(Double.NaN);
  }

  /** The registry outlives the application; what refers to the application goes with it. */
  @PreDestroy
  void forget() {
    gauges.forEach(registry::remove);
  }

  private static Duration[] millis(long... values) {
    return Arrays.stream(values).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }
}
