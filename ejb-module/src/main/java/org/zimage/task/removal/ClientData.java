package org.zimage.task.removal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import jakarta.transaction.Transactional;
import java.sql.Timestamp;
import java.util.List;
import java.util.UUID;
import org.zimage.task.lifecycle.Cancellation;
import org.zimage.task.submission.IdempotencyKeys;
import org.zimage.webhook.DeliveryLog;

/** Deletes the rows of a client, a portion at a time, each portion in a transaction of its own. Thread-safe. */
@ApplicationScoped
public class ClientData {
  /** Batches made until the request. */
  private static final String MEANT = "batch.api_client_id = ?1 AND batch.created_at <= ?2";

  private final EntityManager entities;
  private final Cancellation cancellation;
  private final IdempotencyKeys idempotencyKeys;
  private final TaskRemoval tasks;
  private final KeptPictures kept;
  private final DeliveryLog webhooks;
  private final Event<TasksRemoved> tasksRemoved;

  protected ClientData() {
    this(null, null, null, null, null, null, null);
  }

  @Inject
  public ClientData(EntityManager entities, Cancellation cancellation, IdempotencyKeys idempotencyKeys, TaskRemoval tasks,
      KeptPictures kept, DeliveryLog webhooks,
      Event<TasksRemoved> tasksRemoved) {
    this.entities = entities;
    this.cancellation = cancellation;
    this.idempotencyKeys = idempotencyKeys;
    this.tasks = tasks;
    this.kept = kept;
    this.webhooks = webhooks;
    this.tasksRemoved = tasksRemoved;
  }

  /**
   * Cancels some of what a client has not finished in one of its batches.
   *
   * @return false when there is no such batch
   */
  @Transactional
  boolean cancelOne(ClientRemovals.Open request) {
    List<?> batches = query(request, "SELECT batch.id FROM image_generation_batches batch WHERE " + MEANT + """
         AND EXISTS (SELECT FROM image_generation_tasks task WHERE task.batch_id = batch.id AND task.status IN ('pending', 'running'))
        LIMIT 1""").getResultList();
    for (Object row : batches) {
      UUID batch = (UUID) row;
      idempotencyKeys.lock(batch);
      entities.createNativeQuery("SELECT id FROM image_generation_batches WHERE id = ?1 FOR UPDATE").setParameter(1, batch).getResultList();
      cancellation.cancelSome(batch);
    }
    return !batches.isEmpty();
  }

  /**
   * Deletes some of a client's rows.
   *
   * @return whether there may be more; false also when others have the rest locked
   */
  @Transactional
  boolean removeSome(ClientRemovals.Open request) {
    int removed = removeTasks(request);
    if (removed > 0) {
      entities.createNativeQuery("UPDATE client_removals SET tasks = tasks + ?2 WHERE id = ?1").setParameter(1, request.id())
          .setParameter(2, removed).executeUpdate();
      tasksRemoved.fire(new TasksRemoved(removed));
      return true;
    }
    return removeEmptyBatches(request) + kept.removeOf(request.client(), request.requestedAt(), ExpiredTasks.PORTION)
        + webhooks.forget(request.client(), request.requestedAt(), ExpiredTasks.PORTION) > 0;
  }

  private int removeTasks(ClientRemovals.Open request) {
    List<?> over = query(request, "SELECT task.task_id FROM image_generation_batches batch "
        + "JOIN image_generation_tasks task ON task.batch_id = batch.id WHERE " + MEANT
        + " AND task.status IN ('success', 'error', 'cancelled') LIMIT " + ExpiredTasks.PORTION + " FOR UPDATE OF task SKIP LOCKED")
        .getResultList();
    return over.isEmpty() ? 0 : tasks.remove(over.stream().map(String.class::cast).toList()).tasks();
  }

  private int removeEmptyBatches(ClientRemovals.Open request) {
    return query(request, "DELETE FROM image_generation_batches WHERE id IN (SELECT id FROM image_generation_batches batch WHERE "
        + MEANT + " AND NOT EXISTS (SELECT FROM image_generation_tasks task WHERE task.batch_id = batch.id) LIMIT "
        + ExpiredTasks.PORTION + " FOR UPDATE SKIP LOCKED)").executeUpdate();
  }

  /** Notes that no row is left, if so. What the client is called goes, too; its key stays known, as one that was blocked has to. */
  @Transactional
  void close(ClientRemovals.Open request) {
    boolean isLeft = !query(request, "SELECT batch.id FROM image_generation_batches batch WHERE " + MEANT + " LIMIT 1").getResultList()
        .isEmpty();
    if (!isLeft && !kept.hasAnyOf(request.client(), request.requestedAt())) {
      entities.createNativeQuery("UPDATE client_removals SET rows_removed_at = clock_timestamp() WHERE id = ?1")
          .setParameter(1, request.id()).executeUpdate();
      entities.createNativeQuery("UPDATE api_clients SET display_name = id, updated_at = clock_timestamp() WHERE id = ?1")
          .setParameter(1, request.client()).executeUpdate();
    }
  }

  private Query query(ClientRemovals.Open request, String sql) {
    return entities.createNativeQuery(sql).setParameter(1, request.client()).setParameter(2, Timestamp.from(request.requestedAt()));
  }
}
