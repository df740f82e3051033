package org.zimage.system;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;

/** What waits, what runs, and who works. Thread-safe. */
@ApplicationScoped
public class SystemOverview {
  private final EntityManager entities;
  private final Workers workers;

  protected SystemOverview() {
    this(null, null);
  }

  @Inject
  public SystemOverview(EntityManager entities, Workers workers) {
    this.entities = entities;
    this.workers = workers;
  }

  /**
   * The system at one moment.
   *
   * @param waiting tasks that no worker has yet
   * @param running tasks that a worker has
   * @param oldestWaitSeconds the age of the oldest waiting task; 0 when none waits
   * @param workers those with a loaded model that were seen lately
   */
  public record Snapshot(long waiting, long running, long oldestWaitSeconds, List<Workers.Worker> workers) {
    public Snapshot {
      workers = List.copyOf(workers);
    }
  }

  /** The system now; reads unfinished tasks only, however long the history is. */
  @Transactional
  public Snapshot now() {
    Object[] counts = (Object[]) entities.createNativeQuery("""
        SELECT count(*) FILTER (WHERE status = 'pending'), count(*) FILTER (WHERE status = 'running'),
          coalesce(extract(epoch FROM clock_timestamp() - min(created_at) FILTER (WHERE status = 'pending')), 0)
        FROM image_generation_tasks WHERE status IN ('pending', 'running')""").getSingleResult();
    return new Snapshot(((Number) counts[0]).longValue(), ((Number) counts[1]).longValue(),
        Math.max(0, ((Number) counts[2]).longValue()), workers.alive());
  }
}
