package org.zimage.task;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import jakarta.transaction.Transactional;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.zimage.image.StoredPicture;

/**
 * Every change of a task after its submission. Each is one UPDATE that names the state it expects and, for a worker's
 * writes, the attempt; so of two who try the same, one succeeds and the other learns that it did not. The batch's row is
 * locked before the task's, and its counters follow in the same transaction.
 *
 * <p>Leases live on the database's clock alone. Thread-safe.
 */
@ApplicationScoped
public class TaskLedger {
  /** Attempts after which a task whose workers keep vanishing is given up. */
  public static final int MAX_ATTEMPTS = 3;

  /** How long a claim lasts without being renewed. */
  public static final int LEASE_SECONDS = 15;

  private static final String LEASE_END = "clock_timestamp() + interval '" + LEASE_SECONDS + " seconds'";
  private static final String CANCELLED_MESSAGE = "Task was cancelled";
  private static final String UNDELIVERABLE_MESSAGE = "No worker was able to take this task";
  private static final String LOST_MESSAGE = "The worker stopped responding while it made this picture";

  private final EntityManager entities;
  private final BatchTally batches;
  private final Event<TaskWaiting> waiting;
  private final Event<TaskChanged> changed;
  private final RandomGenerator random;

  protected TaskLedger() {
    this(null, null, null, null, null);
  }

  @Inject
  public TaskLedger(EntityManager entities, BatchTally batches, Event<TaskWaiting> waiting, Event<TaskChanged> changed,
      RandomGenerator random) {
    this.entities = entities;
    this.batches = batches;
    this.waiting = waiting;
    this.changed = changed;
    this.random = random;
  }

  /**
   * Takes a waiting task for a worker: pending → running, with the next attempt and a new lease.
   *
   * @return empty when the task does not wait: it runs elsewhere, is over, or is gone
   */
  @Transactional
  public Optional<Work> claim(TaskId id, String worker) {
    UUID batch = batches.lock(id);
    int taken = move(id, TaskStatus.PENDING, TaskStatus.RUNNING, """
        attempt = attempt + 1, worker = ?2, started_at = clock_timestamp(), lease_until = %s, step = 0,
        seed = coalesce(seed, ?3)""".formatted(LEASE_END), "", worker, random.nextLong(GenerationRequest.DRAWN_SEEDS));
    if (taken == 0) {
      return Optional.empty();
    }
    batches.settle(batch);
    GenerationTask task = entities.find(GenerationTask.class, id.value());
    return Optional.of(new Work(new Claim(id, task.attempt()), task));
  }

  /**
   * Keeps a claim alive for another {@value #LEASE_SECONDS} seconds.
   *
   * @param step finished steps, for those who cannot see Redis
   */
  @Transactional
  public Lease renew(Claim claim, int step) {
    int renewed = entities.createNativeQuery("""
        UPDATE image_generation_tasks SET lease_until = %s, step = ?3
        WHERE task_id = ?1 AND attempt = ?2 AND status = 'running'""".formatted(LEASE_END))
        .setParameter(1, claim.id().value()).setParameter(2, claim.attempt()).setParameter(3, step).executeUpdate();
    if (renewed == 0) {
      return Lease.LOST;
    }
    return isCancelRequested(claim.id()) ? Lease.CANCEL_REQUESTED : Lease.HELD;
  }

  /**
   * A picture is about to be stored: should its worker die before {@link #succeed}, others know what to remove. May be said again,
   * when it was not heard whether the database wrote it.
   *
   * @param made the moment that its files are named for
   * @return false when the claim was lost, and nothing may be stored
   */
  @Transactional
  public boolean announce(Claim claim, String imageId, Instant made) {
    return entities.createNativeQuery("""
        INSERT INTO unfinished_pictures (image_id, task_id, attempt, made_at)
        SELECT ?3, task_id, attempt, ?4 FROM image_generation_tasks
        WHERE task_id = ?1 AND attempt = ?2 AND status = 'running'
        ON CONFLICT (image_id) DO UPDATE SET made_at = excluded.made_at""")
        .setParameter(1, claim.id().value()).setParameter(2, claim.attempt()).setParameter(3, imageId)
        .setParameter(4, Timestamp.from(made)).executeUpdate() > 0;
  }

  /**
   * The picture is made and stored: running → success. May be said again, when it was not heard whether the database wrote it.
   *
   * @return false when the claim was lost, and nothing was written
   */
  @Transactional
  public boolean succeed(Claim claim, StoredPicture picture) {
    boolean written = finish(claim, TaskStatus.SUCCESS, """
        step = num_inference_steps, image_id = ?3, output_path = ?4, preview_path = ?5, relative_path = ?6,
        preview_relative_path = ?7, error_code = NULL, error_hint = NULL, error_message = NULL""",
        picture.imageId(), picture.outputPath(), picture.previewOutputPath(), picture.relativePath().value(),
        picture.previewRelativePath().value());
    if (!written) {
      return isPictureOf(claim, picture);
    }
    entities.createNativeQuery("DELETE FROM unfinished_pictures WHERE image_id = ?1")
        .setParameter(1, picture.imageId()).executeUpdate();
    return true;
  }

  private boolean isPictureOf(Claim claim, StoredPicture picture) {
    return !entities.createNativeQuery("""
        SELECT task_id FROM image_generation_tasks
        WHERE task_id = ?1 AND attempt = ?2 AND status = 'success' AND image_id = ?3""")
        .setParameter(1, claim.id().value()).setParameter(2, claim.attempt()).setParameter(3, picture.imageId())
        .getResultList().isEmpty();
  }

  /**
   * The picture cannot be made: running → error.
   *
   * @return false when the claim was lost, and nothing was written
   */
  @Transactional
  public boolean fail(Claim claim, Failure failure) {
    return finish(claim, TaskStatus.ERROR, "error_code = ?3, error_message = ?4, error_hint = ?5",
        failure.code().word(), failure.message(), failure.hint());
  }

  /**
   * The worker stopped because the owner asked for it: running → cancelled.
   *
   * @return false when the claim was lost, and nothing was written
   */
  @Transactional
  public boolean cancelled(Claim claim) {
    return finish(claim, TaskStatus.CANCELLED, "error_code = ?3, error_message = ?4, error_hint = ?5",
        ErrorCode.CANCELLED.word(), CANCELLED_MESSAGE, ErrorCode.CANCELLED.hint());
  }

  /**
   * The worker shuts down: running → pending, without counting the attempt; or → cancelled, when that was asked for. The next
   * sweep dispatches the task: this process would only get its own message.
   *
   * @return false when the claim was lost, and nothing was written
   */
  @Transactional
  public boolean release(Claim claim) {
    UUID batch = batches.lock(claim.id());
    int released = move(claim.id(), TaskStatus.RUNNING, TaskStatus.PENDING,
        "handed_back = handed_back + 1, lease_until = NULL, dispatched_at = NULL, step = 0",
        "AND attempt = ?2 AND cancel_requested_at IS NULL", claim.attempt());
    if (released == 0) {
      return isCancelRequested(claim.id()) && cancelled(claim);
    }
    batches.settle(batch);
    return true;
  }

  /**
   * A waiting task shall never run: pending → cancelled.
   *
   * @return false when the task does not wait
   */
  @Transactional
  public boolean cancelWaiting(TaskId id) {
    return endWaiting(id, TaskStatus.CANCELLED, ErrorCode.CANCELLED, CANCELLED_MESSAGE);
  }

  /**
   * The broker has given the message of a waiting task up: pending → error.
   *
   * @return false when the task does not wait
   */
  @Transactional
  public boolean giveUpWaiting(TaskId id) {
    return endWaiting(id, TaskStatus.ERROR, ErrorCode.INTERNAL_ERROR, UNDELIVERABLE_MESSAGE);
  }

  private boolean endWaiting(TaskId id, TaskStatus end, ErrorCode code, String message) {
    UUID batch = batches.lock(id);
    int ended = move(id, TaskStatus.PENDING, end,
        "error_code = ?2, error_message = ?3, error_hint = ?4, finished_at = clock_timestamp()", "",
        code.word(), message, code.hint());
    if (ended == 0) {
      return false;
    }
    batches.settle(batch);
    return true;
  }

  /**
   * A batch is about to vanish: its unfinished tasks → cancelled.
   *
   * @param batch locked by the caller
   * @return those of them that ran
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public List<TaskId> cancelAll(UUID batch) {
    cancelAll(batch, TaskStatus.PENDING);
    return cancelAll(batch, TaskStatus.RUNNING);
  }

  private List<TaskId> cancelAll(UUID batch, TaskStatus from) {
    List<?> rows = entities.createNativeQuery(
        "SELECT task_id FROM image_generation_tasks WHERE batch_id = ?1 AND status = '" + from.word() + "' FOR UPDATE")
        .setParameter(1, batch).getResultList();
    List<TaskId> ids = rows.stream().map(row -> new TaskId((String) row)).toList();
    for (TaskId id : ids) {
      move(id, from, TaskStatus.CANCELLED,
          "error_code = ?2, error_message = ?3, error_hint = ?4, finished_at = clock_timestamp(), lease_until = NULL", "",
          ErrorCode.CANCELLED.word(), CANCELLED_MESSAGE, ErrorCode.CANCELLED.hint());
    }
    return ids;
  }

  /**
   * A running task shall stop before its next step; its worker learns it from Redis or with the next renewal.
   *
   * @return false when the task does not run
   */
  @Transactional
  public boolean requestCancel(TaskId id) {
    return entities.createNativeQuery("""
        UPDATE image_generation_tasks SET cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp())
        WHERE task_id = ?1 AND status = 'running'""")
        .setParameter(1, id.value()).executeUpdate() > 0;
  }

  /**
   * The worker of a running task has not renewed its lease in time: running → cancelled when that was asked for, → error
   * after the last attempt or when an older installation left the task without a lease, otherwise → pending.
   *
   * @return the state the task is in now; empty when its lease is alive or the attempt is another
   */
  @Transactional
  public Optional<TaskStatus> expire(Claim claim) {
    UUID batch = batches.lock(claim.id());
    for (TaskStatus next : List.of(TaskStatus.CANCELLED, TaskStatus.ERROR, TaskStatus.PENDING)) {
      if (expire(claim, next)) {
        batches.settle(batch);
        if (next == TaskStatus.PENDING) {
          waiting.fire(new TaskWaiting(List.of(claim.id())));
        }
        return Optional.of(next);
      }
    }
    return Optional.empty();
  }

  private boolean expire(Claim claim, TaskStatus next) {
    String expired = "AND attempt = ?2 AND (lease_until IS NULL OR lease_until < clock_timestamp()) ";
    String lastAttempt = "(lease_until IS NULL OR attempt - handed_back >= " + MAX_ATTEMPTS + ")";
    String over = "error_code = ?3, error_message = ?4, error_hint = ?5, finished_at = clock_timestamp(), lease_until = NULL";
    return switch (next) {
      case CANCELLED -> move(claim.id(), TaskStatus.RUNNING, next, over, expired + "AND cancel_requested_at IS NOT NULL",
          claim.attempt(), ErrorCode.CANCELLED.word(), CANCELLED_MESSAGE, ErrorCode.CANCELLED.hint()) > 0;
      case ERROR -> move(claim.id(), TaskStatus.RUNNING, next, over, expired + "AND " + lastAttempt,
          claim.attempt(), ErrorCode.WORKER_LOST.word(), LOST_MESSAGE, ErrorCode.WORKER_LOST.hint()) > 0;
      case PENDING -> move(claim.id(), TaskStatus.RUNNING, next, "lease_until = NULL, dispatched_at = NULL, step = 0",
          expired, claim.attempt()) > 0;
      default -> throw new IllegalArgumentException("A lost lease does not lead to " + next);
    };
  }

  /** The state of a task at this moment; empty when it is gone. */
  @Transactional
  public Optional<TaskStatus> status(TaskId id) {
    List<?> words = entities.createNativeQuery("SELECT status FROM image_generation_tasks WHERE task_id = ?1")
        .setParameter(1, id.value()).getResultList();
    return words.stream().map(word -> TaskStatus.of((String) word)).findFirst();
  }

  /** A worker's last write. */
  private boolean finish(Claim claim, TaskStatus end, String columns, Object... values) {
    UUID batch = batches.lock(claim.id());
    Object[] parameters = new Object[values.length + 1];
    parameters[0] = claim.attempt();
    System.arraycopy(values, 0, parameters, 1, values.length);
    int written = move(claim.id(), TaskStatus.RUNNING, end,
        columns + ", finished_at = clock_timestamp(), lease_until = NULL", "AND attempt = ?2", parameters);
    if (written == 0) {
      return false;
    }
    batches.settle(batch);
    return true;
  }

  /**
   * The one fenced UPDATE. Parameter ?1 is the id, ?2 and the following are the values.
   *
   * @throws IllegalArgumentException for a transition that {@link TaskStatus} does not know
   */
  private int move(TaskId id, TaskStatus from, TaskStatus to, String columns, String fence, Object... values) {
    if (!from.mayBecome(to)) {
      throw new IllegalArgumentException("A task does not go from " + from.word() + " to " + to.word());
    }
    Query update = entities.createNativeQuery("UPDATE image_generation_tasks SET status = '" + to.word() + "', " + columns
        + " WHERE task_id = ?1 AND status = '" + from.word() + "' " + fence);
    update.setParameter(1, id.value());
    for (int i = 0; i < values.length; i++) {
      update.setParameter(i + 2, values[i]);
    }
    int moved = update.executeUpdate();
    if (moved > 0) {
      tellChanged(id);
    }
    return moved;
  }

  /** What was read before the change is read again. */
  private void tellChanged(TaskId id) {
    GenerationTask task = entities.createQuery(
        "SELECT task FROM GenerationTask task JOIN FETCH task.batch WHERE task.taskId = :id", GenerationTask.class)
        .setParameter("id", id.value()).setHint("eclipselink.refresh", true).getSingleResult();
    changed.fire(new TaskChanged(task, task.batch().apiClientId()));
  }

  private boolean isCancelRequested(TaskId id) {
    return !entities.createNativeQuery("""
        SELECT task_id FROM image_generation_tasks WHERE task_id = ?1 AND cancel_requested_at IS NOT NULL""")
        .setParameter(1, id.value()).getResultList().isEmpty();
  }
}
