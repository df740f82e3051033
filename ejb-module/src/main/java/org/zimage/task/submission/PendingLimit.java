package org.zimage.task.submission;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.zimage.caller.Caller;
import org.zimage.caller.LimitReached;
import org.zimage.caller.UnlistedKeys;
import org.zimage.settings.Settings;

/**
 * Limits the unfinished tasks of each client, however many requests the client sends at once. The administrator has no limit. All
 * anonymous calls together count as one client. Where keys are not listed, anybody can invent a key for each request, so all clients
 * with such keys share one limit, too. Thread-safe.
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

  /**
   * How many more tasks these callers may have. Other requests that are counted with theirs wait until this transaction has
   * ended.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  Room room(Collection<Caller> callers) {
    Set<String> clients = callers.stream().filter(this::holds).map(PendingLimit::client)
        .collect(Collectors.toCollection(TreeSet::new));
    if (clients.isEmpty()) {
      return new Room(Map.of(), 0);
    }
    // Where keys are not listed one lock holds all of them: two could be taken in two orders
    (keysAreListed ? clients : Set.of("")).forEach(this::lock);
    Map<String, Integer> free = new HashMap<>();
    // Two conditions, one for null, because coalesce uses no index
    clients.forEach(client -> free.put(client,
        limit - unfinished(client.isEmpty() ? "batch.api_client_id IS NULL AND ?1 = ''" : "batch.api_client_id = ?1", client, limit)));
    int together = UnlistedKeys.together(limit);
    return new Room(free, keysAreListed ? Integer.MAX_VALUE
        : together - unfinished("batch.api_client_id <> ?1", Caller.Administrator.ID, together));
  }

  /** What is free, of each client and of all together. Lives as long as the transaction. */
  final class Room {
    private final Map<String, Integer> free;
    private int freeTogether;

    private Room(Map<String, Integer> free, int freeTogether) {
      this.free = free;
      this.freeTogether = freeTogether;
    }

    /** @throws LimitReached when the caller may not have so many more */
    void take(Caller caller, int tasks) {
      if (!holds(caller) || tasks == 0) {
        return;
      }
      int left = free.get(client(caller)) - tasks;
      if (left < 0) {
        throw LimitReached.ofUnfinishedTasks(limit, RETRY_SECONDS);
      }
      if (freeTogether < tasks) {
        throw LimitReached.ofTasksOfUnlistedKeys(UnlistedKeys.together(limit), RETRY_SECONDS);
      }
      free.put(client(caller), left);
      freeTogether -= tasks;
    }
  }

  /** Whether the caller has a number to be held to. */
  private boolean holds(Caller caller) {
    return limit != 0 && !(caller instanceof Caller.Administrator);
  }

  private static String client(Caller caller) {
    return caller.clientId() == null ? "" : caller.clientId();
  }

  private void lock(String client) {
    entities.createNativeQuery("SELECT CAST(pg_advisory_xact_lock(hashtextextended(?1, 0)) AS text)")
        .setParameter(1, keysAreListed ? "unfinished tasks of " + client : "unfinished tasks").getSingleResult();
  }

  private int unfinished(String whose, String client, int atMost) {
    return ((Number) entities.createNativeQuery("""
        SELECT count(*) FROM (
          SELECT FROM image_generation_tasks task JOIN image_generation_batches batch ON batch.id = task.batch_id
          WHERE task.status IN ('pending', 'running') AND %s LIMIT ?2) unfinished""".formatted(whose))
        .setParameter(1, client).setParameter(2, atMost).getSingleResult()).intValue();
  }
}
