package org.zimage.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.health.Outage;
import org.zimage.metrics.SystemMetrics;
import org.zimage.pipeline.ModelException;
import org.zimage.pipeline.Picture;
import org.zimage.progress.ProgressBoard;
import org.zimage.task.TaskId;
import org.zimage.task.TaskLedger;
import org.zimage.task.TaskStatus;
import org.zimage.task.Work;

/**
 * Works on tasks: claim, run, finish. The model has one task at a time; while the next one runs, the picture of the last is encoded
 * and stored on a thread of its own, under its renewed lease. Thread-safe.
 */
@ApplicationScoped
public class Worker {
  private static final Logger LOG = Logger.getLogger(Worker.class.getName());
  /** Pictures in memory that wait to be stored, so that a slow store slows the model down instead of filling the heap. */
  private static final int UNSTORED_PICTURES = 2;
  private static final long STOP_SECONDS = 25;
  private static final long DATABASE_PAUSE_MILLIS = 1_000;
  /** The server ends the delivery of messages soon after us; until then a refused one would come again and again. */
  private static final long REFUSAL_PAUSE_MILLIS = 2_000;

  private final InferenceThread inference;
  private final TaskLedger ledger;
  private final ProgressBoard board;
  private final Finisher finisher;
  private final SystemMetrics metrics;
  private final String name = hostAndProcess();
  private final Semaphore turn = new Semaphore(1, true);
  private final Semaphore unstored = new Semaphore(UNSTORED_PICTURES, true);
  private final ExecutorService finishing;
  private final ScheduledExecutorService clock;
  private volatile HeldClaim current;
  private volatile boolean stopping;

  protected Worker() {
    this.inference = null;
    this.ledger = null;
    this.board = null;
    this.finisher = null;
    this.metrics = null;
    this.finishing = null;
    this.clock = null;
  }

  @Inject
  public Worker(InferenceThread inference, TaskLedger ledger, ProgressBoard board, Finisher finisher, SystemMetrics metrics,
      ThreadFactory threads) {
    this.inference = inference;
    this.ledger = ledger;
    this.board = board;
    this.finisher = finisher;
    this.metrics = metrics;
    this.finishing = Executors.newSingleThreadExecutor(named(threads, "zimage-finisher"));
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
   * Works on a task, if it waits, until the model is done with it. The resource adapter interrupts the calling thread when the
   * broker goes away; the generation goes on all the same.
   *
   * @throws IllegalStateException when the task was not even looked at: its message must come again
   */
  void workOn(TaskId id) {
    CompletableFuture<Void> modelDone = begin(id);
    try {
      modelDone.get();
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
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Task " + id + " was not looked at: the thread was interrupted", stopped);
    }
  }

  /** Called with the turn, which is given back when the model is done with the task, or at once when there is no work. */
  private CompletableFuture<Void> claimAndRun(TaskId id) throws InterruptedException {
    HeldClaim held = null;
    try {
      unstored.acquire();
      try {
        held = claim(id).map(work -> new HeldClaim(work, name, ledger, board, metrics, clock)).orElse(null);
      } finally {
        if (held == null) {
          unstored.release();
        }
      }
    } finally {
      if (held == null) {
        turn.release();
      }
    }
    return held == null ? CompletableFuture.completedFuture(null) : run(held);
  }

  /** Claims the task, however long the database is away: the message is safe with us. */
  private Optional<Work> claim(TaskId id) throws InterruptedException {
    for (boolean first = true; !stopping; first = false) {
      try {
        return ledger.claim(id, name);
      } catch (RuntimeException failure) {
        if (!Outage.isCauseOf(failure)) {
          throw failure;
        }
        if (first) {
          LOG.warning("Task " + id + " waits until the database is back: " + failure.getMessage());
        }
        TimeUnit.MILLISECONDS.sleep(DATABASE_PAUSE_MILLIS);
      }
    }
    TimeUnit.MILLISECONDS.sleep(REFUSAL_PAUSE_MILLIS);
    throw new IllegalStateException("Task " + id + " was not looked at: the worker stops");
  }

  private CompletableFuture<Void> run(HeldClaim held) {
    current = held;
    if (stopping) {
      held.handBack();
    }
    board.changed(held.claim().id(), TaskStatus.RUNNING, held.claim().attempt(), name, held.progress());
    CompletableFuture<Picture> drawn = draw(held);
    drawn.whenCompleteAsync((picture, failure) -> finish(held, picture, failure), finishing);
    return drawn.handle((picture, failure) -> {
      turn.release();
      return null;
    });
  }

  /** Whatever is wrong is in the result, so that the turn is always given back. */
  private CompletableFuture<Picture> draw(HeldClaim held) {
    String wanted = held.task().model();
    String served = inference.model().card().name();
    if (wanted != null && !wanted.equals(served)) {
      return CompletableFuture.failedFuture(new ModelException(ModelException.Reason.MODEL_MISSING,
          "Model " + wanted + " is wanted, this worker serves " + served, null));
    }
    try {
      return inference.generate(Generations.sampling(held.task()), held);
    } catch (RuntimeException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private void finish(HeldClaim held, Picture picture, Throwable failure) {
    long start = System.nanoTime();
    try (held) {
      Optional<TaskStatus> end = failure == null ? finisher.store(held, picture, inference.model().card())
          : finisher.giveUp(held, failure);
      end.ifPresent(status -> tell(held, status, Duration.ofNanos(System.nanoTime() - start)));
    } catch (RuntimeException | Error unwritten) {
      LOG.log(Level.SEVERE, "Task " + held.claim() + " has no outcome; its lease will run out", unwritten);
    } finally {
      unstored.release();
    }
  }

  private void tell(HeldClaim held, TaskStatus status, Duration finishing) {
    board.changed(held.claim().id(), status, held.claim().attempt(), name, held.progress());
    if (status == TaskStatus.SUCCESS) {
      metrics.phase(SystemMetrics.Phase.STORING, finishing);
      metrics.picture(held.age());
    }
    if (status.isFinal()) {
      metrics.ended(status);
    }
  }

  /** Gives the running task back without counting the attempt, and lets finished pictures be stored. */
  void stop() {
    stopping = true;
    HeldClaim running = current;
    if (running != null) {
      running.handBack();
    }
    try {
      awaitOutcomes();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    finishing.shutdownNow();
    clock.shutdownNow();
  }

  /** Who waits for the turn gets it afterwards, and learns that the worker has stopped. */
  private void awaitOutcomes() throws InterruptedException {
    if (!turn.tryAcquire(STOP_SECONDS, TimeUnit.SECONDS)) {
      LOG.warning("The model did not end its step within " + STOP_SECONDS + " s; its task's lease will run out");
      return;
    }
    // Every claim has taken one of these and gives it back with its outcome
    if (unstored.tryAcquire(UNSTORED_PICTURES, STOP_SECONDS, TimeUnit.SECONDS)) {
      unstored.release(UNSTORED_PICTURES);
    } else {
      LOG.warning("The last outcomes were not written within " + STOP_SECONDS + " s; their leases will run out");
    }
    turn.release();
  }
}
