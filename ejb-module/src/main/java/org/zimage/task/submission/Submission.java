package org.zimage.task.submission;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional.TxType;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.zimage.caller.Caller;
import org.zimage.caller.LimitReached;
import org.zimage.error.Causes;
import org.zimage.error.InvalidRequest;
import org.zimage.error.Outage;
import org.zimage.error.ZImageException;
import org.zimage.lora.upload.LoraLibrary;
import org.zimage.system.ServedModels;
import org.zimage.system.Workers;
import org.zimage.task.TaskId;
import org.zimage.task.reuse.LostPictures;

/**
 * The one way in: accepts requests as tasks. When a call returns, batch and tasks are committed. The messages to the workers are on
 * their way; the call does not wait for them.
 *
 * <p>Requests that come at the same moment share one commit, because fifty tasks cost as much as one. A caller who comes while others
 * are written waits for the turn, and then writes all requests that wait. If the database refuses a shared commit, each request is
 * written alone, so that no request fails because of another. Thread-safe; not to be called within a transaction.
 */
@ApplicationScoped
@Transactional(TxType.NEVER)
public class Submission {
  private static final int MAX_TASKS_TOGETHER = 100;
  /** PostgreSQL's SQLSTATE. */
  private static final String UNIQUE_VIOLATION = "23505";

  private final SubmissionTransaction transaction;
  private final RandomGenerator random;
  private final LoraLibrary loras;
  private final Clock clock;
  private final Workers workers;
  private final LostPictures lostPictures;
  private final Queue<SubmittedRequests> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock turn = new ReentrantLock();

  protected Submission() {
    this(null, null, null, null, null, null);
  }

  @Inject
  public Submission(SubmissionTransaction transaction, RandomGenerator random, LoraLibrary loras, Clock clock, Workers workers,
      LostPictures lostPictures) {
    this.transaction = transaction;
    this.random = random;
    this.loras = loras;
    this.clock = clock;
    this.workers = workers;
    this.lostPictures = lostPictures;
  }

  /**
   * Accepts a request as a task. A missing seed is drawn and recorded, so that every picture can be made again.
   *
   * @param idempotencyKey the caller's own name for this request; the same one within 24 hours returns the first task; null
   *     for none
   * @throws BatchNotAllowed when the request names another client's batch
   * @throws InvalidRequest when other models are served than the one that it names, when an adapter is not there, when the operator does
   *     not allow the webhook, or when the idempotency key was used for another request or is none
   * @throws LimitReached when the caller has too many unfinished tasks
   */
  public TaskId submit(GenerationRequest request, Caller caller, String idempotencyKey) {
    return submit(request, caller, idempotencyKey, task -> { });
  }

  /**
   * Accepts a request as {@link #submit(GenerationRequest, Caller, String)} does.
   *
   * @param alongside writes what belongs to the task in the transaction that makes it, or that finds it by its key; is
   *     called again when the transaction is
   */
  public TaskId submit(GenerationRequest request, Caller caller, String idempotencyKey, Consumer<TaskId> alongside) {
    return submit(new SubmittedRequests(caller, List.of(new SubmittedRequest(request, caller, idempotencyKey, random, loras, now())),
        alongside)).get(0);
  }

  /**
   * Accepts several requests, or none of them.
   *
   * @param idempotencyKey the caller's own name for all of them together; null for none
   * @return their tasks in the same order
   * @throws ZImageException as {@link #submit(GenerationRequest, Caller, String)} does
   */
  public List<TaskId> submit(List<GenerationRequest> requests, Caller caller, String idempotencyKey) {
    Instant now = now();
    // Their times differ, so that they are made in this order
    List<SubmittedRequest> submitted = IntStream.range(0, requests.size()).mapToObj(index -> new SubmittedRequest(
        requests.get(index), caller, IdempotencyKeys.ofPart(idempotencyKey, index), random, loras, now.plus(index, ChronoUnit.MICROS)))
        .toList();
    return submit(new SubmittedRequests(caller, submitted, task -> { }));
  }

  /** To the microsecond, as the database has it. */
  private Instant now() {
    return Instant.now(clock).truncatedTo(ChronoUnit.MICROS);
  }

  private List<TaskId> submit(SubmittedRequests mine) {
    mine.choose(models(mine));
    forgetLostPictures(mine);
    waiting.add(mine);
    turn.lock();
    try {
      while (!mine.isOver()) {
        write(next());
      }
    } finally {
      turn.unlock();
    }
    return mine.outcome();
  }

  /** What was known a moment ago will do, unless a model is named that was not served then. */
  private ServedModels models(SubmittedRequests mine) {
    ServedModels lately = workers.servedLately();
    boolean allMayBeNamed = mine.requests().stream().map(SubmittedRequest::namedModel).allMatch(
        model -> model == null || lately.mayBeNamed(model));
    return allMayBeNamed ? lately : workers.served();
  }

  /** Here, where nobody else waits for an answer of the store. */
  private void forgetLostPictures(SubmittedRequests mine) {
    mine.requests().stream().filter(transaction::mayReuse).forEach(one -> lostPictures.forget(one.fingerprint(), one.model()));
  }

  /** Those who wait, in their order; of two with one idempotency key, the second stays for the next time. */
  private List<SubmittedRequests> next() {
    List<SubmittedRequests> group = new ArrayList<>();
    List<SubmittedRequests> later = new ArrayList<>();
    Set<IdempotencyKeys.Name> keys = new HashSet<>();
    int tasks = 0;
    while (tasks < MAX_TASKS_TOGETHER && !waiting.isEmpty()) {
      SubmittedRequests one = waiting.remove();
      if (Collections.disjoint(keys, one.keys())) {
        keys.addAll(one.keys());
        group.add(one);
        tasks += one.requests().size();
      } else {
        later.add(one);
      }
    }
    waiting.addAll(later);
    return group;
  }

  private void write(List<SubmittedRequests> group) {
    try {
      commit(group);
      group.forEach(SubmittedRequests::end);
    } catch (RuntimeException failure) {
      if (group.size() == 1 || Outage.isCauseOf(failure)) {
        group.forEach(one -> one.fail(failure));
      } else {
        group.forEach(one -> write(List.of(one)));
      }
    } finally {
      // After an Error too: those who wait would never be told
      group.stream().filter(one -> !one.isOver()).forEach(one -> one.fail(new IllegalStateException("Writing broke off")));
    }
  }

  /** Another node may make the same batch at the same moment; the second time it is there. */
  private void commit(List<SubmittedRequests> group) {
    try {
      transaction.write(group);
    } catch (RuntimeException failure) {
      if (!isDuplicate(failure)) {
        throw failure;
      }
      transaction.write(group);
    }
  }

  private static boolean isDuplicate(Throwable failure) {
    return Causes.of(failure).anyMatch(
        cause -> cause instanceof SQLException sql && UNIQUE_VIOLATION.equals(sql.getSQLState()));
  }
}
