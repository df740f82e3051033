package org.zimage.history;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import java.util.UUID;
import org.zimage.audit.Audit;
import org.zimage.audit.AuditRecord;
import org.zimage.audit.Deed;
import org.zimage.caller.Caller;
import org.zimage.task.GenerationBatch;
import org.zimage.task.lifecycle.Cancellation;
import org.zimage.task.removal.TaskRemoval;
import org.zimage.task.submission.IdempotencyKeys;

/**
 * The transactions by which a batch vanishes. It may have a hundred thousand unfinished tasks, and each leaves an event behind: they are
 * cancelled some at a time, so that nobody who needs the batch or one of them waits for all. Thread-safe.
 */
@ApplicationScoped
public class BatchDeletion {
  private final EntityManager entities;
  private final Cancellation cancellation;
  private final IdempotencyKeys idempotencyKeys;
  private final TaskRemoval removal;
  private final Audit audit;

  protected BatchDeletion() {
    this(null, null, null, null, null);
  }

  @Inject
  public BatchDeletion(EntityManager entities, Cancellation cancellation, IdempotencyKeys idempotencyKeys, TaskRemoval removal,
      Audit audit) {
    this.entities = entities;
    this.cancellation = cancellation;
    this.idempotencyKeys = idempotencyKeys;
    this.removal = removal;
    this.audit = audit;
  }

  /**
   * Cancels some of its unfinished tasks.
   *
   * @return whether there may be more of them
   * @throws BatchNotFound when there is no such batch among those the caller may see
   */
  @Transactional
  boolean cancelSome(UUID id, Caller caller) {
    return cancelSome(find(id, caller, LockModeType.PESSIMISTIC_WRITE));
  }

  private boolean cancelSome(GenerationBatch batch) {
    boolean areMore = cancellation.cancelSome(batch.id());
    entities.detach(batch);
    return areMore;
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
    while (cancelSome(batch)) {
      // The next ones
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
