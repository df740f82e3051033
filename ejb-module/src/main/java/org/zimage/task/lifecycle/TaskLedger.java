package org.zimage.task.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.zimage.error.ErrorCode;
import org.zimage.image.StoredPicture;
import org.zimage.recognition.KnownPictures;
import org.zimage.task.Failure;
import org.zimage.task.GenerationParameters;
import org.zimage.task.GenerationTask;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import org.zimage.task.TaskWaiting;
import org.zimage.task.TasksChanged;

/**
 * Makes every change of state of a task after its submission. Each change is one UPDATE that names the state it expects and, for a
 * worker's writes, the attempt. If two try the same change, one succeeds and the other learns that it did not. The change locks the
 * batch's row before the task's, and updates the batch's counters in the same transaction. Code that locks several rows does so in this
 * order: idempotency keys, batch, tasks by their ids.
 *
 * <p>Leases use only the database's clock. Thread-safe.
 */
@ApplicationScoped
public class TaskLedger {
  /** Attempts after which a task whose workers keep vanishing is given up. */
  public static final int MAX_ATTEMPTS = 3;

  /** How long a claim lasts without being renewed. */
  public static final int LEASE_SECONDS = 15;

  /** A running task's lease has ended, or an older installation left it without one. */
  public static final String LEASE_ENDED = "(lease_until IS NULL OR lease_until < statement_timestamp()) AND "
      + Turns.unbrokenFor(LEASE_SECONDS);

  private static final Failure CANCELLED = new Failure(ErrorCode.CANCELLED, "Task was cancelled");
  private static final Failure UNDELIVERABLE =
      new Failure(ErrorCode.INTERNAL_ERROR, "No worker was able to take this task");
  private static final Failure UNREADABLE =
      new Failure(ErrorCode.INTERNAL_ERROR, "The task cannot be read");
  private static final Failure LOST =
      new Failure(ErrorCode.WORKER_LOST, "The worker stopped responding while it made this picture");

  private final EntityManager entities;
  private final BatchTally batches;
  private final KnownPictures pictures;
  private final Event<TaskWaiting> waiting;
  private final Event<TasksChanged> changed;
  private final Event<PictureReused> reused;
  private final RandomGenerator random;

  protected TaskLedger() {
    this(null, null, null, null, null, null, null);
  }

  @Inject
  public TaskLedger(EntityManager entities, BatchTally batches, KnownPictures pictures, Event<TaskWaiting> waiting,
      Event<TasksChanged> changed, Event<PictureReused> reused, RandomGenerator random) {
    this.entities = entities;
    this.batches = batches;
    this.pictures = pictures;
    this.waiting = waiting;
    this.changed = changed;
    this.reused = reused;
    this.random = random;
  }

  /**
   * Takes a waiting task for a worker: pending → running, with the next attempt and a new lease.
   *
   * @return empty when the task does not wait for a worker: it runs elsewhere, waits for an equal one's picture, is over, or is gone
   */
  @Transactional
  public Optional<ClaimedTask> claim(TaskId id, String worker) {
    boolean taken = settle(new Transition(id, TaskState.PENDING, TaskState.RUNNING)
        .set("worker = ?, seed = coalesce(seed, ?)", worker, random.nextLong(GenerationParameters.DRAWN_SEEDS))
        .where("reused_from IS NULL"));
    if (!taken) {
      return Optional.empty();
    }
    return Optional.of(claimed(id));
  }

  /**
   * The claim that a worker has on a task: {@link #claim} may have been written although its answer was lost.
   *
   * @return empty when the task does not run, or runs elsewhere
   */
  @Transactional
  public Optional<ClaimedTask> claimOf(TaskId id, String worker) {
    boolean held = !entities.createNativeQuery("""
        SELECT task_id FROM image_generation_tasks WHERE task_id = ?1 AND status = 'running' AND worker = ?2""")
        .setParameter(1, id.value()).setParameter(2, worker).getResultList().isEmpty();
    return held ? Optional.of(claimed(id)) : Optional.empty();
  }

  private ClaimedTask claimed(TaskId id) {
    GenerationTask task = entities.find(GenerationTask.class, id.value());
    return new ClaimedTask(new Claim(id, task.attempt()), task);
  }

  /** The model that a waiting task asks for; empty when it takes any, or does not wait. */
  @Transactional
  public Optional<String> awaitedModel(TaskId id) {
    List<?> models = entities.createNativeQuery("""
        SELECT model FROM image_generation_tasks WHERE task_id = ?1 AND status = 'pending' AND model IS NOT NULL""")
        .setParameter(1, id.value()).getResultList();
    return models.stream().map(String.class::cast).findFirst();
  }

  /** Whether the task waits for another attempt because the worker of the one before was lost. */
  @Transactional
  public boolean isRepeat(TaskId id) {
    return !entities.createNativeQuery("""
        SELECT task_id FROM image_generation_tasks
        WHERE task_id = ?1 AND status = 'pending' AND attempt > handed_back""")
        .setParameter(1, id.value()).getResultList().isEmpty();
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
        WHERE task_id = ?1 AND attempt = ?2 AND status = 'running'""".formatted(Transition.LEASE_END))
        .setParameter(1, claim.id().value()).setParameter(2, claim.attempt()).setParameter(3, step).executeUpdate();
    if (renewed == 0) {
      return Lease.LOST;
    }
    return isCancelRequested(claim.id()) ? Lease.CANCEL_REQUESTED : Lease.HELD;
  }

  /**
   * A picture is about to be stored: should its worker die before {@link #succeed}, others know what to remove. May be
   * said again, when it was not heard whether the database wrote it.
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
   * The picture is made and stored: running → success, with the manner in which the worker draws. May be said again, when it was not
   * heard whether the database wrote it.
   *
   * @return false when the claim was lost, and nothing was written
   */
  @Transactional
  public boolean succeed(Claim claim, StoredPicture picture) {
    boolean written = settle(new Transition(claim, TaskState.SUCCESS).set("""
        step = num_inference_steps, image_id = ?, output_path = ?, preview_path = ?, relative_path = ?,
        preview_relative_path = ?, manner = (SELECT manner FROM workers WHERE name = image_generation_tasks.worker),
        error_code = NULL, error_hint = NULL, error_message = NULL""",
        picture.imageId(), picture.outputPath(), picture.previewOutputPath(), picture.relativePath().value(),
        picture.previewRelativePath().value()));
    if (!written) {
      return isPictureOf(claim, picture);
    }
    if (picture.fingerprint() != null) {
      pictures.add(claim.id(), picture.fingerprint());
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
   * A waiting task gets the files of an equal task of its client: pending → success. Both tasks name them from then on.
   *
   * @return false when the task does not wait, or the other one has no picture (any more)
   */
  @Transactional
  public boolean reuse(TaskId id, TaskId other) {
    UUID batch = batches.lock(id);
    entities.createNativeQuery("""
        SELECT task_id FROM image_generation_tasks WHERE task_id IN (?1, ?2) ORDER BY task_id FOR NO KEY UPDATE""")
        .setParameter(1, id.value()).setParameter(2, other.value()).getResultList();
    return give(id, batch, other);
  }

  /**
   * As {@link #reuse(TaskId, TaskId)}, for a task that the caller's transaction has just written: nobody else sees it yet.
   *
   * @param batch of the task, new or locked
   * @param other held by the caller, so that it stays as it is
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void reuse(TaskId id, UUID batch, TaskId other) {
    give(id, batch, other);
  }

  private boolean give(TaskId id, UUID batch, TaskId other) {
    boolean given = make(new Transition(id, TaskState.PENDING, TaskState.SUCCESS).set("""
        (image_id, output_path, preview_path, relative_path, preview_relative_path, manner, reused_from, pictures_of) = (
          SELECT image_id, output_path, preview_path, relative_path, preview_relative_path, manner, task_id, coalesce(pictures_of, task_id)
          FROM image_generation_tasks WHERE task_id = ?), step = num_inference_steps""", other.value())
        .where("EXISTS (SELECT FROM image_generation_tasks WHERE task_id = ? AND status = 'success' AND relative_path IS NOT NULL)",
            other.value()));
    if (given) {
      batches.settle(batch);
      pictures.addSame(id, other);
      reused.fire(new PictureReused(id));
    }
    return given;
  }

  /**
   * The picture cannot be made: running → error.
   *
   * @return false when the claim was lost, and nothing was written
   */
  @Transactional
  public boolean fail(Claim claim, Failure failure) {
    return settle(new Transition(claim, TaskState.ERROR).because(failure));
  }

  /**
   * The worker stopped because the owner asked for it: running → cancelled.
   *
   * @return false when the claim was lost, and nothing was written
   */
  @Transactional
  public boolean cancelled(Claim claim) {
    return settle(new Transition(claim, TaskState.CANCELLED).because(CANCELLED));
  }

  /**
   * The worker shuts down: running → pending, without counting the attempt; or → cancelled, when that was asked for.
   * The next sweep dispatches the task: this process would only get its own message.
   *
   * @return false when the claim was lost, and nothing was written
   */
  @Transactional
  public boolean release(Claim claim) {
    boolean released = settle(new Transition(claim, TaskState.PENDING)
        .set("handed_back = handed_back + 1").where("cancel_requested_at IS NULL"));
    return released || isCancelRequested(claim.id()) && cancelled(claim);
  }

  /**
   * A waiting task shall never run: pending → cancelled.
   *
   * @return false when the task does not wait
   */
  @Transactional
  public boolean cancelWaiting(TaskId id) {
    return settle(new Transition(id, TaskState.PENDING, TaskState.CANCELLED).because(CANCELLED));
  }

  /**
   * The broker has given the message of a waiting task up: pending → error.
   *
   * @return false when the task does not wait
   */
  @Transactional
  public boolean giveUpWaiting(TaskId id) {
    return settle(new Transition(id, TaskState.PENDING, TaskState.ERROR).because(UNDELIVERABLE));
  }

  /**
   * The model that a waiting task wants has not been served for a day: pending → error.
   *
   * @return false when the task does not wait
   */
  @Transactional
  public boolean giveUpUnserved(TaskId id, String model) {
    return settle(new Transition(id, TaskState.PENDING, TaskState.ERROR).because(
        new Failure(ErrorCode.MODEL_MISSING, "No worker has served the model " + model + " for a day")));
  }

  /**
   * A task that can be neither claimed nor expired, because its row cannot be read or told of, ends all the same:
   * pending, or running without a lease → error. Nobody is told: what is told would have to be read.
   *
   * @return false when it is neither
   */
  @Transactional
  public boolean giveUpUnreadable(TaskId id) {
    UUID batch = batches.lock(id);
    boolean ended = new Transition(id, TaskState.PENDING, TaskState.ERROR).because(UNREADABLE).make(entities)
        || new Transition(id, TaskState.RUNNING, TaskState.ERROR).because(UNREADABLE).where(LEASE_ENDED).make(entities);
    if (ended) {
      batches.settle(batch);
    }
    return ended;
  }

  /**
   * Unfinished tasks of a batch → cancelled, some at a time: a batch may have more of them than fit into memory, and whoever needs the
   * batch meanwhile waits for the end of this transaction.
   *
   * @param batch locked by the caller
   * @param most how many at most
   * @return the tasks by the state that they were in; none when none is unfinished
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public Map<TaskState, List<TaskId>> cancelSome(UUID batch, int most) {
    List<?> rows = entities.createNativeQuery("""
        SELECT task_id, status FROM image_generation_tasks WHERE batch_id = ?1 AND status IN ('pending', 'running')
        ORDER BY task_id LIMIT ?2 FOR UPDATE""").setParameter(1, batch).setParameter(2, most).getResultList();
    Map<TaskState, List<TaskId>> unfinished = rows.stream().map(Object[].class::cast).collect(Collectors.groupingBy(
        row -> TaskState.of((String) row[1]), Collectors.mapping(row -> new TaskId((String) row[0]), Collectors.toList())));
    unfinished.forEach((from, ids) -> make(new Transition(ids, from, TaskState.CANCELLED).because(CANCELLED)));
    if (!unfinished.isEmpty()) {
      batches.settle(batch);
    }
    return unfinished;
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
   * The worker of a running task has not renewed its lease in time: running → cancelled when that was asked for,
   * → error after the last attempt or when an older installation left the task without a lease, otherwise → pending.
   * Nothing happens before the nodes have seen the database without a break for as long as a lease lasts: the worker
   * of one that ended while the database was away has that long to renew it.
   *
   * @return the state the task is in now; empty when its lease is alive, the attempt is another, or somebody else has it
   *     or its batch locked at this moment
   */
  @Transactional
  public Optional<TaskState> expire(Claim claim) {
    if (!lockIfFree(claim.id())) {
      return Optional.empty();
    }
    String lastAttempt = "(lease_until IS NULL OR attempt - handed_back >= " + MAX_ATTEMPTS + ")";
    List<Transition> ways = List.of(
        lost(claim, TaskState.CANCELLED).because(CANCELLED).where("cancel_requested_at IS NOT NULL"),
        lost(claim, TaskState.ERROR).because(LOST).where(lastAttempt),
        lost(claim, TaskState.PENDING));
    for (Transition way : ways) {
      if (settle(way)) {
        if (way.to() == TaskState.PENDING) {
          waiting.fire(new TaskWaiting(List.of(claim.id())));
        }
        return Optional.of(way.to());
      }
    }
    return Optional.empty();
  }

  private static Transition lost(Claim claim, TaskState next) {
    return new Transition(claim, next).where(LEASE_ENDED);
  }

  /** A worker that stands still in the middle of a transaction must not keep the others' leases from being looked at. */
  private boolean lockIfFree(TaskId id) {
    return !entities.createNativeQuery("""
        SELECT task.task_id FROM image_generation_tasks task
        JOIN image_generation_batches batch ON batch.id = task.batch_id
        WHERE task.task_id = ?1 FOR UPDATE SKIP LOCKED""").setParameter(1, id.value()).getResultList().isEmpty();
  }

  /** The state of a task at this moment; empty when it is gone. */
  @Transactional
  public Optional<TaskState> status(TaskId id) {
    List<?> words = entities.createNativeQuery("SELECT status FROM image_generation_tasks WHERE task_id = ?1")
        .setParameter(1, id.value()).getResultList();
    return words.stream().map(word -> TaskState.of((String) word)).findFirst();
  }

  /** Makes a transition, and the batch follow it. */
  private boolean settle(Transition transition) {
    UUID batch = batches.lock(transition.ids().get(0));
    boolean made = make(transition);
    if (made) {
      batches.settle(batch);
    }
    return made;
  }

  private boolean make(Transition transition) {
    boolean made = transition.make(entities);
    if (made) {
      publishChanges(transition.ids());
    }
    return made;
  }

  /** What was read before the change is read again. */
  private void publishChanges(List<TaskId> ids) {
    List<GenerationTask> tasks = entities.createQuery(
        "SELECT task FROM GenerationTask task JOIN FETCH task.batch WHERE task.taskId IN :ids ORDER BY task.taskId", GenerationTask.class)
        .setParameter("ids", ids.stream().map(TaskId::value).toList()).setHint("eclipselink.refresh", true).getResultList();
    changed.fire(new TasksChanged(tasks.stream().map(task -> new TasksChanged.Change(task, task.batch().apiClientId())).toList()));
    // A batch may have more of them, with their prompts, than fit into memory
    tasks.forEach(entities::detach);
  }

  private boolean isCancelRequested(TaskId id) {
    return !entities.createNativeQuery("""
        SELECT task_id FROM image_generation_tasks WHERE task_id = ?1 AND cancel_requested_at IS NOT NULL""")
        .setParameter(1, id.value()).getResultList().isEmpty();
  }
}
