package org.zimage.task;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.zimage.caller.Caller;
import org.zimage.health.Outage;

/**
 * Accepts single requests as {@link Submission} does, those that come at the same moment in one transaction: a commit
 * costs as much for fifty tasks as for one. Whoever comes while others are written waits for its turn, and then writes
 * all who wait. When the database refuses them together, each is written by itself, so that nobody fails with a
 * neighbour.
 *
 * <p>Requests that look at other rows first, and may have to wait for them, go their own way. Thread-safe; not to be
 * called within a transaction.
 */
@ApplicationScoped
public class Intake {
  private static final int MOST_TOGETHER = 100;

  private final Submission submission;
  private final NewTasks tasks;
  private final PendingLimit pendingLimit;
  private final Clock clock;
  private final RandomGenerator random;
  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock turn = new ReentrantLock();

  protected Intake() {
    this(null, null, null, null, null);
  }

  @Inject
  public Intake(Submission submission, NewTasks tasks, PendingLimit pendingLimit, Clock clock, RandomGenerator random) {
    this.submission = submission;
    this.tasks = tasks;
    this.pendingLimit = pendingLimit;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Accepts a request as a task, which is committed when this returns.
   *
   * @param idempotencyKey as {@link Submission#submit(GenerationRequest, Caller, String)} takes it
   * @throws ZImageException as that method does
   */
  public TaskId accept(GenerationRequest request, Caller caller, String idempotencyKey) {
    boolean looksAtOthers = idempotencyKey != null || request.model() != null || request.webhook() != null
        || pendingLimit.holds(caller);
    if (looksAtOthers || BatchMembership.of(request.metadata(), caller.clientId()).batchId() != null) {
      return submission.submit(request, caller, idempotencyKey);
    }
    GenerationRequest seeded =
        request.seed() == null ? request.withSeed(random.nextLong(GenerationRequest.DRAWN_SEEDS)) : request;
    Waiting mine = new Waiting(NewTask.of(seeded, caller, Instant.now(clock).truncatedTo(ChronoUnit.MICROS)));
    waiting.add(mine);
    turn.lock();
    try {
      while (!mine.over) {
        write(next());
      }
    } finally {
      turn.unlock();
    }
    return mine.outcome();
  }

  private List<Waiting> next() {
    List<Waiting> group = new ArrayList<>();
    while (group.size() < MOST_TOGETHER && !waiting.isEmpty()) {
      group.add(waiting.remove());
    }
    return group;
  }

  private void write(List<Waiting> group) {
    try {
      tasks.insert(group.stream().map(one -> one.task).toList());
      group.forEach(one -> one.end(null));
    } catch (RuntimeException failure) {
      if (group.size() == 1 || Outage.isCauseOf(failure)) {
        group.forEach(one -> one.end(failure));
      } else {
        group.forEach(one -> write(List.of(one)));
      }
    } finally {
      // After an Error too: those who wait would never be told
      group.stream().filter(one -> !one.over).forEach(one -> one.end(new IllegalStateException("Writing broke off")));
    }
  }

  /** A request that waits to be written; guarded by the turn. */
  private static final class Waiting {
    private final NewTask task;
    private boolean over;
    private RuntimeException failure;

    Waiting(NewTask task) {
      this.task = task;
    }

    void end(RuntimeException withFailure) {
      over = true;
      failure = withFailure;
    }

    TaskId outcome() {
      if (failure != null) {
        throw failure;
      }
      return task.id();
    }
  }
}
