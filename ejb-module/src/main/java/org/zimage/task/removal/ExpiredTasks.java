package org.zimage.task.removal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import jakarta.transaction.Transactional;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.zimage.audit.Actor;
import org.zimage.audit.Audit;
import org.zimage.audit.AuditRecord;
import org.zimage.audit.Deed;

/** Removes tasks whose time is over, a portion at a time, each portion in a transaction of its own. Thread-safe. */
@ApplicationScoped
public class ExpiredTasks {
  /** Tasks of one portion: enough to be quick, and few enough to keep nobody waiting. */
  static final int PORTION = 500;

  private static final String OVER = "status IN ('success', 'error', 'cancelled')";
  /** As the indexes have them. They are compared with now(): an index finds nothing for clock_timestamp(), which changes meanwhile. */
  private static final String OWN_END = "finished_at AT TIME ZONE 'UTC' + expires_in * interval '1 second'";
  private static final String ENDED = "coalesce(finished_at, created_at)";
  private static final String OLDEST_FIRST =
      "SELECT task_id FROM image_generation_tasks WHERE %s AND " + OVER + " ORDER BY %s LIMIT " + PORTION + " FOR UPDATE SKIP LOCKED";

  private final EntityManager entities;
  private final TaskRemoval tasks;
  private final KeptPictures kept;
  private final Audit audit;

  protected ExpiredTasks() {
    this(null, null, null, null);
  }

  @Inject
  public ExpiredTasks(EntityManager entities, TaskRemoval tasks, KeptPictures kept, Audit audit) {
    this.entities = entities;
    this.tasks = tasks;
    this.kept = kept;
    this.audit = audit;
  }

  /**
   * Removes tasks that have reached the end that their requests asked for.
   *
   * @return how many; 0 when no more have, or others have them locked
   */
  @Transactional
  public int removeExpired() {
    Query expired = entities.createNativeQuery(OLDEST_FIRST.formatted(
        "expires_in IS NOT NULL AND " + OWN_END + " < now() AT TIME ZONE 'UTC'", OWN_END));
    return remove(expired) + kept.removeExpired(PORTION);
  }

  /**
   * Removes tasks that ended before a moment, and batches made before it that never got a task.
   *
   * @return as {@link #removeExpired}
   */
  @Transactional
  public int removeEnded(Instant before) {
    Timestamp moment = Timestamp.from(before);
    int removed = remove(entities.createNativeQuery(OLDEST_FIRST.formatted(ENDED + " < ?1", ENDED)).setParameter(1, moment))
        + kept.removeEnded(before, PORTION);
    return removed > 0 ? removed : removeEmptyBatches(moment);
  }

  private int remove(Query ended) {
    List<?> rows = ended.getResultList();
    if (rows.isEmpty()) {
      return 0;
    }
    TaskRemoval.Removed removed = tasks.remove(rows.stream().map(String.class::cast).toList());
    audit.record(removed.batches().stream().map(batch -> AuditRecord.done(Deed.BATCH_EXPIRE, Actor.node(), batch.toString())).toList());
    return removed.tasks();
  }

  /** Last, because only few other batches are that old then. */
  private int removeEmptyBatches(Timestamp before) {
    return entities.createNativeQuery("""
        DELETE FROM image_generation_batches WHERE id IN (
          SELECT id FROM image_generation_batches batch WHERE created_at < ?1
            AND NOT EXISTS (SELECT FROM image_generation_tasks task WHERE task.batch_id = batch.id)
          ORDER BY created_at LIMIT %d FOR UPDATE SKIP LOCKED)""".formatted(PORTION)).setParameter(1, before).executeUpdate();
  }
}
