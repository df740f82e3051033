package org.zimage.task.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import org.zimage.task.TaskId;

/** Finds claims whose worker has stopped renewing the lease. Thread-safe. */
@ApplicationScoped
public class Leases {
  /** What one look finds; the next one comes soon. */
  private static final int LIMIT = 1000;

  private final EntityManager entities;

  protected Leases() {
    this(null);
  }

  @Inject
  public Leases(EntityManager entities) {
    this.entities = entities;
  }

  /**
   * A claim whose worker has let its lease end.
   *
   * @param worker its host and process; null for a task of an older installation
   */
  public record Expired(Claim claim, String worker) { }

  /**
   * Running tasks whose lease has ended, or that an older installation left without one; none before the database was
   * seen for a lease's time.
   */
  @Transactional
  public List<Expired> expired() {
    List<?> rows = entities.createNativeQuery("""
        SELECT task_id, attempt, worker FROM image_generation_tasks
        WHERE status = 'running' AND %s
        ORDER BY lease_until LIMIT %d""".formatted(TaskLedger.LEASE_ENDED, LIMIT)).getResultList();
    return rows.stream().map(Object[].class::cast).flatMap(row -> TaskId.parse((String) row[0]).stream().map(id ->
        new Expired(new Claim(id, ((Number) row[1]).intValue()), (String) row[2]))).toList();
  }
}
