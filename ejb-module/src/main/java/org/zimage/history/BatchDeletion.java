package org.zimage.history;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.zimage.audit.Audit;
import org.zimage.audit.AuditRecord;
import org.zimage.audit.Deed;
import org.zimage.caller.Caller;
import org.zimage.task.CancellationRequested;
import org.zimage.task.GenerationBatch;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.removal.TaskRemoval;
import org.zimage.task.submission.IdempotencyKeys;

/**
 * The transactions by which a batch vanishes. It may have a hundred thousand unfinished tasks, and each leaves an event behind: they are
 * cancelled some at a time, so that nobody who needs the batch or one of them waits for all. Thread-safe.
 */
@ApplicationScoped
public class BatchDeletion {
  /** Tasks that are cancelled together. They are in memory then, with their prompts and metadata. */
  private static final int TOGETHER = 500;

  private final EntityManager entities;
  private final TaskLedger ledger;
  private final IdempotencyKeys idempotencyKeys;
  private final TaskRemoval removal;
  private final Audit audit;
  private final Event<CancellationRequested> cancellations;

  protected BatchDeletion() {
    this(null, null, null, null, null, null);
  }

  @Inject
  public BatchDeletion(EntityManager entities, TaskLedger ledger, IdempotencyKeys idempotencyKeys, TaskRemoval removal, Audit audit,
      Event<CancellationRequested> cancellations) {
    this.entities = entities;
    this.ledger = ledger;
    this.idempotencyKeys = idempotencyKeys;
    this.removal = removal;
    this.audit = audit;
    this.cancellations = cancellations;
  }

  /**
   * Cancels some of its unfinished tasks.
   *
   * @return whether there may be more of them
   * @throws BatchNotFound when there is no such batch among those the caller may see
   */
  @Transactional
  boolean cancelSome(UUID id, Caller caller) {
    return cancelSome(find(id, caller, LockModeType.PESSIMISTIC_WRITE)) == TOGETHER;
  }

  private int cancelSome(GenerationBatch batch) {
    Map<TaskState, List<TaskId>> cancelled = ledger.cancelSome(batch.id(), TOGETHER);
    entities.detach(batch);
    // A running task's worker finds its lease lost; the wish on the board is faster
    cancelled.getOrDefault(TaskState.RUNNING, List.of())
        .forEach(task -> cancellations.fire(new CancellationRequested(task, TaskState.RUNNING)));
    return cancelled.values().stream().mapToInt(List::size).sum();
  }

  /**
   * Removes it, and cancels first what was added since the last look.
   *
   * @param withPictures whether the picture files are removed, too
   * @throws BatchNotFound as {@link #cancelSome} does
   */
  @Transactional
  void delete(UUID id, Caller caller, boolean withPictures) {
    idempotencyKeys.lock(find(id, caller, LockModeType.NONE).id());
    GenerationBatch batch = find(id, caller, LockModeType.PESSIMISTIC_WRITE);
    int cancelled = TOGETHER;
    while (cancelled == TOGETHER) {
      cancelled = cancelSome(batch);
    }
    removal.removeBatch(batch.id(), withPictures);
    audit.record(AuditRecord.done(Deed.BATCH_DELETE, caller.actor(), batch.id().toString()));
  }

  private GenerationBatch find(UUID id, Caller caller, LockModeType lock) {
    String owned = caller.seesEverything() ? "" : " AND batch.apiClientId = :owner";
    TypedQuery<GenerationBatch> query = entities.createQuery(
        "SELECT batch FROM GenerationBatch batch WHERE batch.id = :id" + owned, GenerationBatch.class)
        .setParameter("id", id).setLockMode(lock);
    if (!caller.seesEverything()) {
      query.setParameter("owner", caller.clientId());
    }
    return query.getResultStream().findFirst().orElseThrow(BatchNotFound::new);
  }
}
