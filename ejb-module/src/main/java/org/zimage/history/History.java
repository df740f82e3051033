package org.zimage.history;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zimage.api.BatchDetail;
import org.zimage.api.TaskSummary;
import org.zimage.caller.Caller;
import org.zimage.resources.ReadOnlyQueries;
import org.zimage.settings.Settings;

/** What was asked for before, as far as the caller may see it: every query names the owner. Thread-safe. */
@ApplicationScoped
public class History {
  public static final int MAX_PAGE = 50;

  /** Pictures of a batch that are in memory at a time. */
  private static final int TOGETHER = 50;

  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

  private final ReadOnlyQueries queries;
  private final BatchDeletion deletion;
  private final Settings settings;

  protected History() {
    this(null, null, null);
  }

  @Inject
  public History(ReadOnlyQueries queries, BatchDeletion deletion, Settings settings) {
    this.queries = queries;
    this.deletion = deletion;
    this.settings = settings;
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
    List<HistoryRow> found = new HistoryQuery(caller, filter, size + 1, Math.max(offset, 0)).run(queries);
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
    return HistoryQuery.one(caller, id(batchId)).run(queries).stream().findFirst().orElseThrow(BatchNotFound::new).summary();
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
    return queries.list("SELECT " + PictureRow.COLUMNS + """
         FROM image_generation_tasks
        WHERE batch_id = ? AND (batch_index, created_at, task_id) > (?, ?, ?)
        ORDER BY batch_index, created_at, task_id LIMIT\s""" + TOGETHER, row -> PictureRow.read(row, settings.retention()), batch, after.index(),
        after.createdAt(), after.taskId());
  }

  /**
   * The finished pictures of a batch, in the order of their index.
   *
   * @param batchId any text
   * @throws BatchNotFound when there is none of that name among those the caller may see
   */
  public List<FinishedPicture> finishedPictures(String batchId, Caller caller) {
    return queries.list("""
        SELECT batch_index, seed, relative_path FROM image_generation_tasks
        WHERE batch_id = ? AND status = 'success' AND relative_path IS NOT NULL
        ORDER BY batch_index, created_at, task_id""",
        row -> new FinishedPicture(row.getInt(1), (Long) row.getObject(2), row.getString(3)), id(batch(batchId, caller).taskId()));
  }

  /** A picture of a batch and where its PNG is. */
  public record FinishedPicture(int index, Long seed, String relativePath) { }

  /**
   * Removes a batch and its tasks; unfinished ones are cancelled first. A call that fails may have cancelled some.
   *
   * @param batchId any text
   * @param withPictures whether the picture files are removed, too: a moment later, or when the store is back
   * @return the batch's id as it is stored
   * @throws BatchNotFound when there is none of that name among those the caller may see
   */
  public String delete(String batchId, Caller caller, boolean withPictures) {
    UUID id = id(batchId);
    while (deletion.cancelSome(id, caller)) {
      // The next ones, in a transaction of their own
    }
    deletion.delete(id, caller, withPictures);
    return id.toString();
  }

  private static UUID id(String batchId) {
    if (batchId == null || !UUID_FORM.matcher(batchId).matches()) {
      throw new BatchNotFound();
    }
    return UUID.fromString(batchId);
  }
}
