package org.zimage.task;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import org.zimage.caller.Caller;
import org.zimage.caller.LimitReached;
import org.zimage.caller.UnlistedKeys;
import org.zimage.settings.Settings;

/**
 * Holds each client to its number of unfinished tasks, however many requests it sends at once; the administrator is not held to
 * it, and all anonymous calls together are one client. Where keys are not listed, anybody can make up one for each request:
 * then all clients together are held to a number, too. Thread-safe.
 */
@ApplicationScoped
public class PendingLimit {
  private static final int RETRY_SECONDS = 5;

  private final EntityManager entities;
  private final int limit;
  private final boolean keysAreListed;

  protected PendingLimit() {
    this.entities = null;
    this.limit = 0;
    this.keysAreListed = true;
  }

  @Inject
  public PendingLimit(EntityManager entities, Settings settings) {
    this.entities = entities;
    this.limit = settings.maxPending();
    this.keysAreListed = settings.acceptsListedKeysOnly();
  }

  /** Whether the caller has a number to be held to. */
  boolean holds(Caller caller) {
    return limit != 0 && !(caller instanceof Caller.Administrator);
  }

  /**
   * Lets one more task be made in this transaction. Other requests that are counted with this one wait until it has ended.
   *
   * @throws LimitReached when the caller has as many as it may have
   */
  @Transactional(Transactional.TxType.MANDATORY)
  void requireRoom(Caller caller) {
    if (!holds(caller)) {
      return;
    }
    String client = caller.clientId() == null ? "" : caller.clientId();
    // One lock for each transaction: two could be taken in two orders
    lock(keysAreListed ? "unfinished tasks of " + client : "unfinished tasks");
    if (unfinished("coalesce(batch.api_client_id, '') = ?1", client, limit) >= limit) {
      throw LimitReached.ofUnfinishedTasks(limit, RETRY_SECONDS);
    }
    int together = UnlistedKeys.together(limit);
    if (!keysAreListed && unfinished("batch.api_client_id <> ?1", Caller.Administrator.ID, together) >= together) {
      throw LimitReached.ofTasksOfUnlistedKeys(together, RETRY_SECONDS);
    }
  }

  private void lock(String what) {
    entities.createNativeQuery("SELECT CAST(pg_advisory_xact_lock(hashtextextended(?1, 0)) AS text)")
        .setParameter(1, what).getSingleResult();
  }

  private int unfinished(String whose, String client, int atMost) {
    return ((Number) entities.createNativeQuery("""
        SELECT count(*) FROM (
          SELECT FROM image_generation_tasks task JOIN image_generation_batches batch ON batch.id = task.batch_id
          WHERE task.status IN ('pending', 'running') AND %s LIMIT ?2) unfinished""".formatted(whose))
        .setParameter(1, client).setParameter(2, atMost).getSingleResult()).intValue();
  }
}
