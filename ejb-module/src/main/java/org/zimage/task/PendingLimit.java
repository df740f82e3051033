package org.zimage.task;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import org.zimage.caller.Caller;
import org.zimage.caller.LimitReached;
import org.zimage.settings.Settings;

/**
 * Holds each client to its number of unfinished tasks, however many requests it sends at once; the administrator is not held to
 * it, and all anonymous calls together are one client. Thread-safe.
 */
@ApplicationScoped
public class PendingLimit {
  private static final int RETRY_SECONDS = 5;

  private final EntityManager entities;
  private final int limit;

  protected PendingLimit() {
    this.entities = null;
    this.limit = 0;
  }

  @Inject
  public PendingLimit(EntityManager entities, Settings settings) {
    this.entities = entities;
    this.limit = settings.maxPending();
  }

  /** Whether the caller has a number to be held to. */
  boolean holds(Caller caller) {
    return limit != 0 && !(caller instanceof Caller.Administrator);
  }

  /**
   * Lets one more task be made in this transaction. Other requests of the same client wait until it has ended.
   *
   * @throws LimitReached when the caller has as many as it may have
   */
  @Transactional(Transactional.TxType.MANDATORY)
  void requireRoom(Caller caller) {
    if (!holds(caller)) {
      return;
    }
    String client = caller.clientId() == null ? "" : caller.clientId();
    entities.createNativeQuery("SELECT CAST(pg_advisory_xact_lock(hashtextextended(?1, 0)) AS text)")
        .setParameter(1, "unfinished tasks of " + client).getSingleResult();
    Number unfinished = (Number) entities.createNativeQuery("""
        SELECT count(*) FROM (
          SELECT FROM image_generation_tasks task JOIN image_generation_batches batch ON batch.id = task.batch_id
          WHERE task.status IN ('pending', 'running') AND coalesce(batch.api_client_id, '') = ?1 LIMIT ?2) unfinished""")
        .setParameter(1, client).setParameter(2, limit).getSingleResult();
    if (unfinished.intValue() >= limit) {
      throw LimitReached.ofUnfinishedTasks(limit, RETRY_SECONDS);
    }
  }
}
