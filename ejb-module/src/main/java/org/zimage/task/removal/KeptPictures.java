package org.zimage.task.removal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.UUID;

/**
 * Files that stay although their batch was deleted from the history. They are known until the moment at which their tasks would have been
 * removed. Thread-safe.
 */
@ApplicationScoped
public class KeptPictures {
  private static final String REMOVE = """
      WITH ended AS (
        DELETE FROM kept_pictures WHERE task_id IN (
          SELECT task_id FROM kept_pictures WHERE %s LIMIT %d FOR UPDATE SKIP LOCKED)
        RETURNING pictures_of, files, client)
      INSERT INTO removals (pictures_of, files, client) SELECT pictures_of, files, client FROM ended""";

  private final EntityManager entities;

  protected KeptPictures() {
    this(null);
  }

  @Inject
  public KeptPictures(EntityManager entities) {
    this.entities = entities;
  }

  /** Notes the files of a batch whose rows the caller deletes in this transaction. */
  @Transactional(Transactional.TxType.MANDATORY)
  void keep(UUID batch) {
    entities.createNativeQuery("""
        INSERT INTO kept_pictures (task_id, client, pictures_of, files, ended_at, expires_at)
        SELECT task.task_id, batch.api_client_id, %s, %s, coalesce(task.finished_at, task.created_at),
          task.finished_at + task.expires_in * interval '1 second'
        FROM image_generation_tasks task JOIN image_generation_batches batch ON batch.id = task.batch_id
        WHERE batch.id = ?1 AND coalesce(task.relative_path, task.preview_relative_path) IS NOT NULL
        ON CONFLICT (task_id) DO NOTHING""".formatted(Removals.PICTURES_OF, Removals.FILES)).setParameter(1, batch).executeUpdate();
  }

  /**
   * Notes for removal what has reached the end that its request asked for.
   *
   * @return how many tasks' files; fewer than the limit when no more have
   */
  @Transactional(Transactional.TxType.MANDATORY)
  int removeExpired(int limit) {
    return entities.createNativeQuery(REMOVE.formatted("expires_at < now() ORDER BY expires_at", limit)).executeUpdate();
  }

  /** The same for what ended before a moment. */
  @Transactional(Transactional.TxType.MANDATORY)
  int removeEnded(Instant before, int limit) {
    return entities.createNativeQuery(REMOVE.formatted("ended_at < ?1 ORDER BY ended_at", limit))
        .setParameter(1, Timestamp.from(before)).executeUpdate();
  }

  /** The same for what a client's tasks left that ended until a moment. */
  @Transactional(Transactional.TxType.MANDATORY)
  int removeOf(String client, Instant until, int limit) {
    return entities.createNativeQuery(REMOVE.formatted("client = ?1 AND ended_at <= ?2", limit))
        .setParameter(1, client).setParameter(2, Timestamp.from(until)).executeUpdate();
  }

  /** Whether anything is left of these; another node may hold it at this moment. */
  boolean hasAnyOf(String client, Instant until) {
    return !entities.createNativeQuery("SELECT 1 FROM kept_pictures WHERE client = ?1 AND ended_at <= ?2 LIMIT 1")
        .setParameter(1, client).setParameter(2, Timestamp.from(until)).getResultList().isEmpty();
  }
}
