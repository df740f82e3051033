package org.zimage.task;

import static org.zimage.task.JsonLibrary.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.zimage.caller.Caller;
import org.zimage.caller.LimitReached;
import org.zimage.system.Workers;
import org.zimage.webhook.Deliveries;

/**
 * Accepts requests: when it returns, the batch and the task are committed, and a message to the workers is on its way
 * without having been waited for. Thread-safe.
 */
@ApplicationScoped
public class Submission {
  private final EntityManager entities;
  private final BatchTally batches;
  private final IdempotencyKeys idempotencyKeys;
  private final Workers workers;
  private final PendingLimit pendingLimit;
  private final Deliveries webhooks;
  private final Event<TaskWaiting> waiting;
  private final Event<TaskChanged> changed;
  private final Clock clock;
  private final RandomGenerator random;

  protected Submission() {
    this(null, null, null, null, null, null, null, null, null, null);
  }

  @Inject
  public Submission(EntityManager entities, BatchTally batches, IdempotencyKeys idempotencyKeys, Workers workers,
      PendingLimit pendingLimit, Deliveries webhooks, Event<TaskWaiting> waiting, Event<TaskChanged> changed, Clock clock,
      RandomGenerator random) {
    this.entities = entities;
    this.batches = batches;
    this.idempotencyKeys = idempotencyKeys;
    this.workers = workers;
    this.pendingLimit = pendingLimit;
    this.webhooks = webhooks;
    this.waiting = waiting;
    this.changed = changed;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Accepts a request as a task. A missing seed is drawn and recorded, so that every picture can be made again.
   *
   * @param idempotencyKey the caller's own name for this request; the same one within 24 hours returns the first task; null
   *     for none
   * @throws BatchNotAllowed when the request names another client's batch
   * @throws InvalidRequest when no worker serves the model, or when the idempotency key was used for another request or is
   *     none
   * @throws LimitReached when the caller has too many unfinished tasks
   */
  @Transactional
  public TaskId submit(GenerationRequest request, Caller caller, String idempotencyKey) {
    TaskId id = TaskId.random();
    if (idempotencyKey != null) {
      Optional<TaskId> first = idempotencyKeys.claim(caller.clientId(), idempotencyKey, request, id);
      if (first.isPresent()) {
        return first.get();
      }
    }
    requireServed(request.model());
    pendingLimit.requireRoom(caller);
    accept(id, request.seed() == null ? request.withSeed(random.nextLong(GenerationRequest.DRAWN_SEEDS)) : request, caller);
    waiting.fire(new TaskWaiting(List.of(id)));
    return id;
  }

  /**
   * Accepts several requests, or none of them.
   *
   * @param idempotencyKey the caller's own name for all of them together; null for none
   * @return their tasks in the same order
   * @throws BatchNotAllowed as {@link #submit(GenerationRequest, Caller, String)} does
   * @throws InvalidRequest as {@link #submit(GenerationRequest, Caller, String)} does
   * @throws LimitReached as {@link #submit(GenerationRequest, Caller, String)} does
   */
  @Transactional
  public List<TaskId> submit(List<GenerationRequest> requests, Caller caller, String idempotencyKey) {
    List<TaskId> tasks = new ArrayList<>();
    for (GenerationRequest request : requests) {
      tasks.add(submit(request, caller, IdempotencyKeys.ofPart(idempotencyKey, tasks.size())));
    }
    return List.copyOf(tasks);
  }

  private void requireServed(String model) {
    if (model != null && !workers.serve(model)) {
      throw new InvalidRequest(List.of(new Problem("value_error", List.of("body", "model"),
          "Value error, no worker serves this model at the moment", JSON.createValue(model))));
    }
  }

  private void accept(TaskId id, GenerationRequest request, Caller caller) {
    Instant now = Instant.now(clock).truncatedTo(ChronoUnit.MICROS);
    BatchMembership membership = BatchMembership.of(request.metadata(), caller.clientId());
    UUID batchId = membership.batchId() == null ? UUID.randomUUID() : membership.batchId();
    boolean first = insertBatch(batchId, membership.size(), request, caller, now);
    if (!first) {
      join(batchId, caller);
    }
    GenerationTask task = new GenerationTask(id, batchId, membership.index(), request, now);
    entities.persist(task);
    if (request.metadata() != null) {
      entities.flush();
      setMetadata(id, request.metadata());
    }
    if (!first) {
      entities.flush();
      batches.settle(batchId);
    }
    if (request.webhook() != null) {
      webhooks.register(id, request.webhook());
    }
    changed.fire(new TaskChanged(task, caller.clientId()));
  }

  private void setMetadata(TaskId id, JsonObject metadata) {
    entities.createNativeQuery("UPDATE image_generation_tasks SET metadata = CAST(?2 AS jsonb) WHERE task_id = ?1")
        .setParameter(1, id.value()).setParameter(2, metadata.toString()).executeUpdate();
  }

  /** Several requests may be the first of a batch at the same time; one of them makes it. */
  private boolean insertBatch(UUID id, int size, GenerationRequest request, Caller caller, Instant now) {
    return entities.createNativeQuery("""
        INSERT INTO image_generation_batches (id, api_client_id, caller_label, prompt, negative_prompt, width, height,
          num_inference_steps, guidance_scale, base_seed, batch_size, status, success_count, failed_count, created_at, metadata)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'pending', 0, 0, ?12, CAST(?13 AS jsonb))
        ON CONFLICT (id) DO NOTHING""")
        .setParameter(1, id)
        .setParameter(2, caller.clientId())
        .setParameter(3, caller.clientId())
        .setParameter(4, request.prompt())
        .setParameter(5, request.negativePrompt())
        .setParameter(6, request.width())
        .setParameter(7, request.height())
        .setParameter(8, request.numInferenceSteps())
        .setParameter(9, request.guidanceScale())
        .setParameter(10, request.seed())
        .setParameter(11, size)
        .setParameter(12, Timestamp.from(now))
        .setParameter(13, request.metadata() == null ? null : request.metadata().toString())
        .executeUpdate() > 0;
  }

  private void join(UUID id, Caller caller) {
    GenerationBatch batch = entities.find(GenerationBatch.class, id, LockModeType.PESSIMISTIC_WRITE);
    if (batch == null || !caller.maySee(batch.apiClientId())) {
      throw new BatchNotAllowed();
    }
  }
}
