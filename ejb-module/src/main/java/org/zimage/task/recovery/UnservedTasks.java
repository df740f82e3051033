package org.zimage.task.recovery;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.Turns;

/** Finds tasks whose model no worker has. Thread-safe. */
@ApplicationScoped
public class UnservedTasks {
  /** What one look finds; the next one comes soon. */
  private static final int LIMIT = 1000;

  /** In which workers have loaded their models, however large. */
  private static final int START_SECONDS = 3600;

  private final EntityManager entities;

  protected UnservedTasks() {
    this(null);
  }

  @Inject
  public UnservedTasks(EntityManager entities) {
    this.entities = entities;
  }

  /** A task that waits for a model that nobody serves. */
  public record Unserved(TaskId id, String model) { }

  /**
   * Tasks that have waited for a day for a model that no worker has served in this time. A system that was down or cut
   * off itself has an hour to start its workers.
   */
  @Transactional
  public List<Unserved> find() {
    List<?> rows = entities.createNativeQuery("""
        SELECT task_id, model FROM image_generation_tasks task
        WHERE status = 'pending' AND model IS NOT NULL AND created_at < clock_timestamp() - interval '1 day'
          AND NOT EXISTS (SELECT FROM workers
            WHERE workers.model = task.model AND seen_at > clock_timestamp() - interval '1 day')
          AND %s
        ORDER BY created_at LIMIT %d""".formatted(Turns.unbrokenFor(START_SECONDS), LIMIT)).getResultList();
    return rows.stream().map(Object[].class::cast)
        .flatMap(row -> TaskId.parse((String) row[0]).stream().map(id -> new Unserved(id, (String) row[1]))).toList();
  }
}
