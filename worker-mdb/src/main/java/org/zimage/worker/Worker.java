package org.zimage.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.zimage.error.Outage;
import org.zimage.input.InputPictures;
import org.zimage.metrics.SystemMetrics;
import org.zimage.picture.Picture;
import org.zimage.progress.Previews;
import org.zimage.progress.ProgressStore;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import org.zimage.task.dispatch.Dispatcher;
import org.zimage.task.lifecycle.ClaimedTask;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.worker.adapter.Adapters;

/**
 * Works on tasks: claim, run, finish. The model has one task at a time. While it decodes a picture the next task is claimed and waits
 * for it; while that one runs, the picture is encoded and stored on a thread of its own, under its renewed lease. A task whose previous
 * worker was lost runs alone, because it may have killed that worker and would take others with it. Thread-safe.
 */
@ApplicationScoped
public class Worker {
  private static final Logger LOG = Logger.getLogger(Worker.class.getName());
  /**
   * Claims without an outcome: one picture is stored, one decoded, one task waits for the model or runs. A slow store slows the model
   * down instead of filling the heap.
   */
  private static final int CLAIMS = 3;
  private static final long LONGEST_REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long DATABASE_PAUSE_MILLIS = 1_000;
  private static final int CLAIM_TRIES = 3;
  private static final long GIVE_BACK_SECONDS = 1;

  private final InferenceThread inference;
  private final TaskLedger ledger;
  private final Dispatcher dispatcher;
  private final ProgressStore progressStore;
  private final Previews previews;
  private final InputPictures inputs;
  private final Adapters adapters;
  private final Finisher finisher;
  private final SystemMetrics metrics;
  private final String name = hostAndProcess();
  private final Semaphore turn = new Semaphore(1, true);
  private final Semaphore claims = new Semaphore(CLAIMS, true);
  private final DecodingSpeed decodingSpeed = new DecodingSpeed();
  private final Set<HeldClaim> running = ConcurrentHashMap.newKeySet();
  /** Models of others whose tasks came here; each is logged once. */
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  /** The beans' own threads are interrupted when the broker goes away, and with them what they read. */
  private final ExecutorService beginning;
  private final ExecutorService finishing;
  /** One thread, so that steps are told in their order. */
  private final ExecutorService reporting;
  private final ScheduledExecutorService clock;
  private volatile boolean stopping;

  protected Worker() {
    this.inference = null;
    this.ledger = null;
    this.dispatcher = null;
    this.progressStore = null;
    this.previews = null;
    this.inputs = null;
    this.adapters = null;
    this.finisher = null;
    this.metrics = null;
    this.beginning = null;
    this.finishing = null;
    this.reporting = null;
    this.clock = null;
  }

  @Inject
  public Worker(InferenceThread inference, TaskLedger ledger, Dispatcher dispatcher, ProgressStore progressStore, Previews previews,
      InputPictures inputs, Adapters adapters, Finisher finisher, SystemMetrics metrics, ThreadFactory threads) {
    this.inference = inference;
    this.ledger = ledger;
    this.dispatcher = dispatcher;
    this.progressStore = progressStore;
    this.previews = previews;
    this.inputs = inputs;
    this.adapters = adapters;
    this.finisher = finisher;
    this.metrics = metrics;
    this.beginning = Executors.newSingleThreadExecutor(named(threads, "zimage-beginner"));
    this.finishing = Executors.newSingleThreadExecutor(named(threads, "zimage-finisher"));
    this.reporting = Executors.newSingleThreadExecutor(named(threads, "zimage-reports"));
    this.clock = Executors.newSingleThreadScheduledExecutor(named(threads, "zimage-leases"));
  }

  private static ThreadFactory named(ThreadFactory threads, String name) {
    return work -> {
      Thread thread = threads.newThread(work);
      thread.setName(name);
      return thread;
    };
  }

  /** By which other processes know this one: host and process. */
  String name() {
    return name;
  }

  private static String hostAndProcess() {
    try {
      return InetAddress.getLocalHost().getHostName() + ":" + ProcessHandle.current().pid();
    } catch (UnknownHostException nameless) {
      return "localhost:" + ProcessHandle.current().pid();
    }
  }

  /**
   * Works on a task, if it waits, until the next one may be claimed: when the model begins to decode its picture, or is done with it
   * where that takes long, or when the outcome of a repeated task is written. The resource adapter interrupts the calling thread when
   * the broker goes away; the generation goes on all the same.
   *
   * @throws IllegalStateException when the task was not even looked at: its message must come again
   */
  void workOn(TaskId id) {
    CompletableFuture<Void> nextMayCome = begin(id);
    try {
      nextMayCome.get();
    } catch (InterruptedException brokerAway) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** @return done when the turn has been given back */
  private CompletableFuture<Void> begin(TaskId id) {
    try {
      inference.awaitModel();
      turn.acquire();
      return claimAndRun(id);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      if (stopping) {
        leaveToOthers(id);
        return CompletableFuture.completedFuture(null);
      }
      throw new IllegalStateException("Task " + id + " was not looked at: the thread was interrupted", interrupted);
    }
  }

  /** Called with the turn, which is given back when the next task may be claimed: at once when there is no task. */
  private CompletableFuture<Void> claimAndRun(TaskId id) throws InterruptedException {
    HeldClaim held = null;
    try {
      claims.acquire();
      try {
        held = claim(id)
            .map(claimed -> new HeldClaim(claimed, name, ledger, progressStore, previews, metrics, decodingSpeed, reporting, clock))
            .orElse(null);
      } finally {
        if (held == null) {
          claims.release();
        }
      }
    } finally {
      if (held == null) {
        turn.release();
      }
    }
    return held == null ? CompletableFuture.completedFuture(null) : run(held);
  }

  /**
   * Claims the task, however long the database is away: the message is safe with us. One that cannot be claimed for
   * another reason fails after some tries; its message would come again for ever.
   */
  private Optional<ClaimedTask> claim(TaskId id) throws InterruptedException {
    int failures = 0;
    for (boolean first = true; !stopping; first = false) {
      try {
        return isForAnother(id) ? Optional.empty() : claimAlone(id, first);
      } catch (RuntimeException failure) {
        if (!Outage.isCauseOf(failure)) {
          failures++;
          if (failures == CLAIM_TRIES) {
            giveUp(id, failure);
            return Optional.empty();
          }
        } else if (first) {
          LOG.warning("Task " + id + " waits until the database is back: " + failure.getMessage());
        }
        TimeUnit.MILLISECONDS.sleep(DATABASE_PAUSE_MILLIS);
      }
    }
    leaveToOthers(id);
    return Optional.empty();
  }

  /** By another message: whoever gives this one back must fail, which the server takes for an error of ours. */
  private void leaveToOthers(TaskId id) {
    dispatcher.offer(List.of(id));
  }

  private Optional<ClaimedTask> claimAlone(TaskId id, boolean first) throws InterruptedException {
    if (!running.isEmpty() && ledger.isRepeat(id)) {
      awaitOtherOutcomes();
    }
    Optional<ClaimedTask> claimed = ledger.claim(id, name);
    return first ? claimed : claimed.or(() -> unheardClaim(id));
  }

  /** The database may have written a claim and gone away before it said so. Nobody else would renew its lease. */
  private Optional<ClaimedTask> unheardClaim(TaskId id) {
    return ledger.claimOf(id, name).filter(claimed -> running.stream().noneMatch(held -> held.claim().equals(claimed.claim())));
  }

  /**
   * Whether the task wants a model that this worker does not have. Its message goes back without an attempt: the new one names the
   * model, so that the broker gives it to a worker that has it.
   */
  private boolean isForAnother(TaskId id) {
    String served = inference.model().manifest().name();
    Optional<String> other = ledger.awaitedModel(id).filter(model -> !model.equals(served));
    other.ifPresent(model -> {
      if (refused.add(model)) {
        LOG.warning("Task " + id + " wants the model " + model + " and goes back to its queue, as will all of that model: this worker"
            + " serves " + served + ", and the message did not name the model");
      }
      giveBack(id);
    });
    return other.isPresent();
  }

  /** After a while, so that a message which comes here again and again, whatever the reason, does not keep this worker busy. */
  private void giveBack(TaskId id) {
    try {
      clock.schedule(() -> leaveToOthers(id), GIVE_BACK_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException stopped) {
      leaveToOthers(id);
    }
  }

  private void giveUp(TaskId id, RuntimeException failure) {
    LOG.log(Level.SEVERE, "Task " + id + " failed: it could not be claimed " + CLAIM_TRIES + " times", failure);
    if (ledger.giveUpUnreadable(id)) {
      metrics.ended(TaskState.ERROR);
      progressStore.announce(id, TaskState.ERROR);
    }
  }

  /** Called with the turn and one of the claims, so nobody else waits for any. */
  private void awaitOtherOutcomes() throws InterruptedException {
    claims.acquire(CLAIMS - 1);
    claims.release(CLAIMS - 1);
  }

  private CompletableFuture<Void> run(HeldClaim held) {
    running.add(held);
    if (stopping) {
      held.handBack();
    }
    CompletableFuture<Picture> drawn = draw(held);
    CompletableFuture<Picture> finished =
        drawn.whenCompleteAsync((picture, failure) -> finish(held, picture, failure), finishing);
    (held.isRepeat() ? finished : drawn).whenComplete((picture, failure) -> held.nextMayCome().complete(null));
    return held.nextMayCome().thenRun(turn::release);
  }

  /** Whatever is wrong is in the result, so that the claim always ends and the turn is given back. */
  private CompletableFuture<Picture> draw(HeldClaim held) {
    try {
      held.publish(TaskState.RUNNING);
      return CompletableFuture.supplyAsync(() -> held.begin(inputs, adapters, inference.model().adapterTargets()), beginning)
          .thenCompose(sampling -> inference.generate(sampling, held));
    } catch (RuntimeException | Error refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private void finish(HeldClaim held, Picture picture, Throwable failure) {
    long start = System.nanoTime();
    try (held) {
      Optional<TaskState> end = failure == null ? finisher.store(held, picture, inference.model().manifest())
          : finisher.giveUp(held, failure);
      end.ifPresent(status -> publish(held, status, Duration.ofNanos(System.nanoTime() - start)));
    } catch (RuntimeException | Error unwritten) {
      LOG.log(Level.SEVERE, "Task " + held.claim() + " has no outcome; its lease will run out", unwritten);
    } finally {
      running.remove(held);
      claims.release();
    }
  }

  private void publish(HeldClaim held, TaskState status, Duration finishing) {
    held.publish(status);
    if (status == TaskState.SUCCESS) {
      metrics.phase(SystemMetrics.Phase.STORING, finishing);
      metrics.picture(held.age());
    }
    if (status.isFinal()) {
      metrics.ended(status);
    }
  }

  /** Gives tasks that run or wait for the model back without counting the attempt, and lets finished pictures be stored, until this time. */
  void stop(Deadline end) {
    stopping = true;
    running.forEach(HeldClaim::handBack);
    try {
      awaitOutcomes(end);
      reporting.shutdown();
      if (!reporting.awaitTermination(Math.min(end.nanosLeft(), LONGEST_REPORT_NANOS), TimeUnit.NANOSECONDS)) {
        LOG.warning("The last steps were not told in time");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    finishing.shutdownNow();
    beginning.shutdownNow();
    reporting.shutdownNow();
    clock.shutdownNow();
  }

  /** Who waits for the turn gets it afterwards, and learns that the worker has stopped. */
  private void awaitOutcomes(Deadline end) throws InterruptedException {
    if (!turn.tryAcquire(end.nanosLeft(), TimeUnit.NANOSECONDS)) {
      LOG.warning(() -> "The model did not end its step in time; the leases will run out of tasks " + unfinished());
      return;
    }
    // Every claim has taken one of these and gives it back with its outcome
    if (claims.tryAcquire(CLAIMS, end.nanosLeft(), TimeUnit.NANOSECONDS)) {
      claims.release(CLAIMS);
    } else {
      LOG.warning(() -> "The last outcomes were not written in time; the leases will run out of tasks " + unfinished());
    }
    turn.release();
  }

  private String unfinished() {
    return running.stream().map(held -> held.claim().toString()).collect(Collectors.joining(", "));
  }
}
