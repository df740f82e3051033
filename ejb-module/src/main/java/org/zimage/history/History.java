package org.zimage.history;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zimage.api.BatchDetail;
import org.zimage.api.TaskSummary;
import org.zimage.audit.Audit;
import org.zimage.audit.AuditRecord;
import org.zimage.audit.Deed;
import org.zimage.caller.Caller;
import org.zimage.resources.Reads;
import org.zimage.settings.Retention;
import org.zimage.settings.Settings;
import org.zimage.task.CancellationRequested;
import org.zimage.task.GenerationBatch;
import org.zimage.task.TaskState;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.removal.TaskRemoval;
import org.zimage.task.submission.IdempotencyKeys;

/** What was asked for before, as far as the caller may see it: every query names the owner. Thread-safe. */
@ApplicationScoped
public class History {
  public static final int MAX_PAGE = 50;

  /** Pictures of a batch that are in memory at a time. */
  private static final int TOGETHER = 1_000;

  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

  private final EntityManager entities;
  private final Reads reads;
  private final TaskLedger ledger;
  private final IdempotencyKeys idempotencyKeys;
  private final TaskRemoval removal;
  private final Retention retention;
  private final Event<CancellationRequested> cancellations;
  private final Audit audit;

  protected History() {
    this.entities = null;
    this.reads = null;
    this.ledger = null;
    this.idempotencyKeys = null;
    this.removal = null;
    this.retention = null;
    this.cancellations = null;
    this.audit = null;
  }

  @Inject
  public History(EntityManager entities, Reads reads, TaskLedger ledger, IdempotencyKeys idempotencyKeys, TaskRemoval removal,
      Settings settings, Event<CancellationRequested> cancellations, Audit audit) {
    this.entities = entities;
    this.reads = reads;
    this.ledger = ledger;
    this.idempotencyKeys = idempotencyKeys;
    this.removal = removal;
    this.retention = settings.retention();
    this.cancellations = cancellations;
    this.audit = audit;
  }

  /**
   * Batches, newest first.
   *
   * @param limit brought into 1…{@value #MAX_PAGE}
   * @param offset batches to skip, at least 0
   */
  public HistoryPage page(Caller caller, BatchFilter filter, int limit, int offset) {
    int size = Math.min(Math.max(limit, 1), MAX_PAGE);
    // One more than the page has tells whether there is another
    List<HistoryRow> found = new HistoryQuery(caller, filter, size + 1, Math.max(offset, 0)).run(reads);
    List<HistoryRow> rows = found.subList(0, Math.min(size, found.size()));
    return new HistoryPage(rows.stream().map(HistoryRow::summary).toList(),
        found.size() > size ? rows.get(size - 1).place() : null);
  }

  /**
   * One batch.
   *
   * @param batchId any text
   * @throws BatchNotFound when there is none of that name among those the caller may see
   */
  public TaskSummary batch(String batchId, Caller caller) {
    return HistoryQuery.one(caller, id(batchId)).run(reads).stream().findFirst().orElseThrow(BatchNotFound::new).summary();
  }

  /**
   * The pictures of a batch, in the order of their index. Read some at a time while they are asked for, with no connection kept
   * meanwhile: nothing bounds how many a batch has, nor how slowly somebody reads them.
   *
   * @param batch one that the caller may see
   */
  public Stream<BatchDetail.Item> pictures(TaskSummary batch) {
    UUID id = id(batch.taskId());
    return Stream.iterate(pictures(id, PictureRow.FIRST), rows -> !rows.isEmpty(),
        rows -> rows.size() < TOGETHER ? List.<PictureRow>of() : pictures(id, rows.get(rows.size() - 1).place()))
        .flatMap(List::stream).map(PictureRow::picture);
  }

  private List<PictureRow> pictures(UUID batch, PictureRow.Place after) {
    return reads.list("SELECT " + PictureRow.COLUMNS + """
         FROM image_generation_tasks
        WHERE batch_id = ? AND (batch_index, created_at, task_id) > (?, ?, ?)
        ORDER BY batch_index, created_at, task_id LIMIT\s""" + TOGETHER, row -> PictureRow.read(row, retention), batch, after.index(),
        after.createdAt(), after.taskId());
  }

  /**
   * The finished pictures of a batch, in the order of their index.
   *
   * @param batchId any text
   * @throws BatchNotFound when there is none of that name among those the caller may see
   */
  public List<FinishedPicture> finishedPictures(String batchId, Caller caller) {
    return reads.list("""
        SELECT batch_index, seed, relative_path FROM image_generation_tasks
        WHERE batch_id = ? AND status = 'success' AND relative_path IS NOT NULL
        ORDER BY batch_index, created_at, task_id""",
        row -> new FinishedPicture(row.getInt(1), (Long) row.getObject(2), row.getString(3)), id(batch(batchId, caller).taskId()));
  }

  /** A picture of a batch and where its PNG is. */
  public record FinishedPicture(int index, Long seed, String relativePath) { }

  /**
   * Removes a batch and its tasks; unfinished ones are cancelled first.
   *
   * @param batchId any text
   * @param withPictures whether the picture files are removed, too: a moment later, or when the store is back
   * @return the batch's id as it is stored
   * @throws BatchNotFound when there is none of that name among those the caller may see
   */
  @Transactional
  public String delete(String batchId, Caller caller, boolean withPictures) {
    idempotencyKeys.lock(find(batchId, caller, LockModeType.NONE).id());
    GenerationBatch batch = find(batchId, caller, LockModeType.PESSIMISTIC_WRITE);
    // A running task's worker finds its lease lost; the wish on the board is faster
    ledger.cancelAll(batch.id()).forEach(id -> cancellations.fire(new CancellationRequested(id, TaskState.RUNNING)));
    removal.removeBatch(batch.id(), withPictures);
    entities.detach(batch);
    audit.record(AuditRecord.done(Deed.BATCH_DELETE, caller.actor(), batch.id().toString()));
    return batch.id().toString();
  }

  private GenerationBatch find(String batchId, Caller caller, LockModeType lock) {
    String owned = caller.seesEverything() ? "" : " AND batch.apiClientId = :owner";
    TypedQuery<GenerationBatch> query = entities.createQuery(
        "SELECT batch FROM GenerationBatch batch WHERE batch.id = :id" + owned, GenerationBatch.class)
        .setParameter("id", id(batchId)).setLockMode(lock);
    if (!caller.seesEverything()) {
      query.setParameter("owner", caller.clientId());
    }
    return query.getResultStream().findFirst().orElseThrow(BatchNotFound::new);
  }

  private static UUID id(String batchId) {
    if (batchId == null || !UUID_FORM.matcher(batchId).matches()) {
      throw new BatchNotFound();
    }
    return UUID.fromString(batchId);
  }
}
