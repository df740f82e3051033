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
import org.zimage.caller.Caller;
import org.zimage.image.ImageStore;
import org.zimage.resources.Reads;
import org.zimage.task.CancellationRequested;
import org.zimage.task.GenerationBatch;
import org.zimage.task.GenerationTask;
import org.zimage.task.TaskStatus;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.IdempotencyKeys;

/** What was asked for before, as far as the caller may see it: every query names the owner. Thread-safe. */
@ApplicationScoped
public class History {
  public static final int MAX_PAGE = 50;

  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

  private final EntityManager entities;
  private final Reads reads;
  private final TaskLedger ledger;
  private final IdempotencyKeys idempotencyKeys;
  private final Event<CancellationRequested> cancellations;

  protected History() {
    this(null, null, null, null, null);
  }

  @Inject
  public History(EntityManager entities, Reads reads, TaskLedger ledger, IdempotencyKeys idempotencyKeys,
      Event<CancellationRequested> cancellations) {
    this.entities = entities;
    this.reads = reads;
    this.ledger = ledger;
    this.idempotencyKeys = idempotencyKeys;
    this.cancellations = cancellations;
  }

  /**
   * Batches, newest first.
   *
   * @param limit brought into 1…{@value #MAX_PAGE}
   * @param offset batches to skip, at least 0
   */
  public HistoryPage page(Caller caller, HistoryFilter filter, int limit, int offset) {
    int size = Math.min(Math.max(limit, 1), MAX_PAGE);
    // One more than the page has tells whether there is another
    List<HistoryRow> found = new HistoryQuery(caller, filter, size + 1, Math.max(offset, 0)).run(reads);
    List<HistoryRow> rows = found.subList(0, Math.min(size, found.size()));
    return new HistoryPage(rows.stream().map(HistoryRow::summary).toList(),
        found.size() > size ? rows.get(size - 1).place() : null);
  }

  /**
   * One batch with its pictures.
   *
   * @param batchId any text
   * @throws BatchNotFound when there is none of that name among those the caller may see
   */
  @Transactional
  public BatchDetail detail(String batchId, Caller caller) {
    GenerationBatch batch = find(batchId, caller, LockModeType.NONE);
    List<GenerationTask> tasks = entities.createQuery(
        "SELECT task FROM GenerationTask task WHERE task.batchId = :batch "
            + "ORDER BY task.batchIndex, task.createdAt, task.taskId", GenerationTask.class)
        .setParameter("batch", batch.id()).getResultList();
    Cover cover = tasks.stream().filter(task -> task.status() == TaskStatus.SUCCESS).findFirst()
        .map(task -> new Cover(task.relativePath(), task.previewRelativePath(), task.parameters().seed())).orElse(null);
    return new BatchDetail(summary(batch, cover), tasks.stream().map(History::item).toList());
  }

  /**
   * The finished pictures of a batch, in the order of their index.
   *
   * @param batchId any text
   * @throws BatchNotFound when there is none of that name among those the caller may see
   */
  @Transactional
  public List<FinishedPicture> pictures(String batchId, Caller caller) {
    GenerationBatch batch = find(batchId, caller, LockModeType.NONE);
    return entities.createQuery("SELECT task FROM GenerationTask task WHERE task.batchId = :batch AND task.status = :success "
        + "AND task.relativePath IS NOT NULL ORDER BY task.batchIndex, task.createdAt, task.taskId", GenerationTask.class)
        .setParameter("batch", batch.id()).setParameter("success", TaskStatus.SUCCESS).getResultStream()
        .map(task -> new FinishedPicture(task.batchIndex(), task.parameters().seed(), task.relativePath())).toList();
  }

  /** A picture of a batch and where its PNG is. */
  public record FinishedPicture(int index, Long seed, String relativePath) { }

  /**
   * Removes a batch and its tasks; unfinished ones are cancelled first; picture files stay.
   *
   * @param batchId any text
   * @return the batch's id as it is stored
   * @throws BatchNotFound when there is none of that name among those the caller may see
   */
  @Transactional
  public String delete(String batchId, Caller caller) {
    idempotencyKeys.lock(find(batchId, caller, LockModeType.NONE).id());
    GenerationBatch batch = find(batchId, caller, LockModeType.PESSIMISTIC_WRITE);
    // A running task's worker finds its lease lost; the wish on the board is faster
    ledger.cancelAll(batch.id()).forEach(id -> cancellations.fire(new CancellationRequested(id, TaskStatus.RUNNING)));
    entities.createNativeQuery("DELETE FROM image_generation_batches WHERE id = ?1").setParameter(1, batch.id()).executeUpdate();
    entities.detach(batch);
    return batch.id().toString();
  }

  private GenerationBatch find(String batchId, Caller caller, LockModeType lock) {
    if (batchId == null || !UUID_FORM.matcher(batchId).matches()) {
      throw new BatchNotFound();
    }
    String owned = caller.seesEverything() ? "" : " AND batch.apiClientId = :owner";
    TypedQuery<GenerationBatch> query = entities.createQuery(
        "SELECT batch FROM GenerationBatch batch WHERE batch.id = :id" + owned, GenerationBatch.class)
        .setParameter("id", UUID.fromString(batchId)).setLockMode(lock);
    if (!caller.seesEverything()) {
      query.setParameter("owner", caller.clientId());
    }
    return query.getResultStream().findFirst().orElseThrow(BatchNotFound::new);
  }

  /** The picture that stands for a batch: the first that is finished. */
  private record Cover(String relativePath, String previewRelativePath, Long seed) { }

  private static BatchSummary summary(GenerationBatch batch, Cover cover) {
    String path = cover == null ? null : cover.relativePath();
    String url = cover == null ? null : ImageStore.url(cover.previewRelativePath(), path);
    Long seed = cover == null || cover.seed() == null ? batch.baseSeed() : cover.seed();
    return new BatchSummary(batch.id().toString(), BatchSummary.Status.of(batch.status()), batch.createdAt(), batch.prompt(), batch.height(),
        batch.width(), path, url, batch.numInferenceSteps(), batch.guidanceScale(), seed, batch.batchSize(),
        batch.successCount(), batch.failedCount(), batch.baseSeed());
  }

  private static BatchDetail.Item item(GenerationTask task) {
    boolean done = task.status() == TaskStatus.SUCCESS;
    String url = done ? ImageStore.url(task.previewRelativePath(), task.relativePath()) : null;
    return new BatchDetail.Item(task.taskId(), task.batchIndex(), task.status(), url, task.parameters().width(), task.parameters().height(),
        task.parameters().seed(), task.errorCode(), task.errorHint());
  }
}
