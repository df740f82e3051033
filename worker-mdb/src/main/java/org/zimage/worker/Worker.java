package org.zimage.worker;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
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

  private final InferenceThread inference;
  private final TaskLedger ledger;
  private final ProgressBoard board;
  private final Finisher finisher;
  private final String name = name();
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
    this.finishing = null;
    this.clock = null;
  }

  @Inject
  public Worker(InferenceThread inference, TaskLedger ledger, ProgressBoard board, Finisher finisher, ThreadFactory threads) {
    this.inference = inference;
    this.ledger = ledger;
    this.board = board;
    this.finisher = finisher;
    this.finishing = Executors.newSingleThreadExecutor(threads);
    this.clock = Executors.newSingleThreadScheduledExecutor(threads);
  }

  private static String name() {
    try {
      return InetAddress.getLocalHost().getHostName() + ":" + ProcessHandle.current().pid();
    } catch (UnknownHostException nameless) {
      return "localhost:" + ProcessHandle.current().pid();
    }
  }

  /**
   * Works on a task, if it waits, until the model is done with it. The resource adapter interrupts the calling thread when the
   * broker goes away; the generation goes on all the same.
   */
  void workOn(TaskId id) {
    try {
      inference.awaitModel();
      turn.acquire();
      CompletableFuture<Void> modelDone = claimAndRun(id);
      modelDone.get();
    } catch (InterruptedException brokerAway) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** @return done when the turn has been given back */
  private CompletableFuture<Void> claimAndRun(TaskId id) throws InterruptedException {
    boolean running = false;
    unstored.acquire();
    try {
      Optional<Work> work = stopping ? Optional.empty() : ledger.claim(id, name);
      if (work.isEmpty()) {
        LOG.fine(() -> id + " does not wait: nothing to do");
        return CompletableFuture.completedFuture(null);
      }
      running = true;
      return run(work.get());
    } finally {
      if (!running) {
        unstored.release();
        turn.release();
      }
    }
  }

  private CompletableFuture<Void> run(Work work) {
    HeldClaim held = new HeldClaim(work, name, ledger, board, clock);
    current = held;
    if (stopping) {
      held.handBack();
    }
    board.changed(work.claim().id(), TaskStatus.RUNNING, work.claim().attempt(), name, held.progress());
    CompletableFuture<Picture> drawn = inference.generate(Generations.sampling(work.task()), held);
    drawn.whenCompleteAsync((picture, failure) -> finish(work, held, picture, failure), finishing);
    return drawn.handle((picture, failure) -> {
      turn.release();
      return null;
    });
  }

  private void finish(Work work, HeldClaim held, Picture picture, Throwable failure) {
    try (held) {
      TaskStatus end = failure == null
          ? finisher.store(work, held, picture, inference.model().card())
          : finisher.giveUp(held, failure);
      board.changed(held.claim().id(), end, held.claim().attempt(), name, held.progress());
    } finally {
      unstored.release();
    }
  }

  /** Gives the running task back without counting the attempt, and lets finished pictures be stored. */
  @PreDestroy
  void stop() {
    stopping = true;
    HeldClaim running = current;
    if (running != null) {
      running.handBack();
    }
    try {
      if (turn.tryAcquire(STOP_SECONDS, TimeUnit.SECONDS)) {
        finishing.shutdown();
        finishing.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
      } else {
        LOG.warning("The model did not end its step within " + STOP_SECONDS + " s; its task's lease will run out");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    finishing.shutdownNow();
    clock.shutdownNow();
  }
}
