package org.zimage.system;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.SystemStatus;
import org.zimage.api.SystemStatus.Limits;

/** What waits, what runs, and who works. Thread-safe. */
@ApplicationScoped
public class SystemOverview {
  private static final Limits LIMITS = new Limits(GenerateImageRequest.MIN_SIDE, GenerateImageRequest.MAX_SIDE,
      GenerateImageRequest.MAX_STEPS, GenerateImageRequest.MAX_GUIDANCE, GenerateImageRequest.MAX_PROMPT);

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

  /** The system now; reads unfinished tasks only, however long the history is. */
  @Transactional
  public SystemStatus now() {
    Object[] counts = (Object[]) entities.createNativeQuery("""
        SELECT count(*) FILTER (WHERE status = 'pending'), count(*) FILTER (WHERE status = 'running'),
          coalesce(extract(epoch FROM clock_timestamp() - min(created_at) FILTER (WHERE status = 'pending')), 0)
        FROM image_generation_tasks WHERE status IN ('pending', 'running')""").getSingleResult();
    return new SystemStatus(((Number) counts[0]).longValue(), ((Number) counts[1]).longValue(),
        Math.max(0, ((Number) counts[2]).longValue()), LIMITS, workers.served().defaults(null), workers.alive());
  }
}
