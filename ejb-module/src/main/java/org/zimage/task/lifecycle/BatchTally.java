package org.zimage.task.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.UUID;
import org.zimage.task.TaskId;

/** Derives a batch's counters and status from its tasks, in the transaction that changes a task. Thread-safe. */
@ApplicationScoped
public class BatchTally {
  private final EntityManager entities;

  protected BatchTally() {
    this(null);
  }

  @Inject
  public BatchTally(EntityManager entities) {
    this.entities = entities;
  }

  /** Locks the batch of a task, always before the task itself; null when the task is gone. */
  @Transactional(Transactional.TxType.MANDATORY)
  public UUID lock(TaskId id) {
    List<?> batch = entities.createNativeQuery("""
        SELECT id FROM image_generation_batches
        WHERE id = (SELECT batch_id FROM image_generation_tasks WHERE task_id = ?1) FOR UPDATE""")
        .setParameter(1, id.value()).getResultList();
    return batch.isEmpty() ? null : (UUID) batch.get(0);
  }

  /** Derives a locked batch's counters and status from its tasks. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void settle(UUID batch) {
    entities.createNativeQuery("""
        UPDATE image_generation_batches batch SET
          success_count = task.success,
          failed_count = task.error,
          batch_size = greatest(batch.batch_size, task.total),
          status = CASE
            WHEN task.pending = task.total THEN 'pending'
            WHEN task.pending + task.running > 0 THEN 'running'
            WHEN task.success = task.total THEN 'success'
            WHEN task.error = task.total THEN 'error'
            WHEN task.cancelled = task.total THEN 'cancelled'
            ELSE 'partial' END,
          completed_at = CASE WHEN task.pending + task.running = 0
            THEN coalesce(batch.completed_at, clock_timestamp()) END
        FROM (
          SELECT count(*) AS total,
            count(*) FILTER (WHERE status = 'pending') AS pending,
            count(*) FILTER (WHERE status = 'running') AS running,
            count(*) FILTER (WHERE status = 'success') AS success,
            count(*) FILTER (WHERE status = 'error') AS error,
            count(*) FILTER (WHERE status = 'cancelled') AS cancelled
          FROM image_generation_tasks WHERE batch_id = ?1) task
        WHERE batch.id = ?1""").setParameter(1, batch).executeUpdate();
  }
}
