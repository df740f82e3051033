package org.zimage.task.removal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.zimage.api.json.Bodies;
import org.zimage.input.InputFiles;
import org.zimage.task.lifecycle.BatchTally;
import org.zimage.webhook.DeliveryLog;

/**
 * Deletes the rows of tasks that are over, and notes in the same transaction what of them lies elsewhere. Waits for nobody: tasks whose
 * batch or idempotency key somebody else has locked are left for the next time. Thread-safe.
 */
@ApplicationScoped
public class TaskRemoval {
  private static final String AMONG = "IN (SELECT json_array_elements_text(CAST(?1 AS json)))";

  private final EntityManager entities;
  private final Removals removals;
  private final KeptPictures kept;
  private final InputFiles inputs;
  private final DeliveryLog webhooks;
  private final BatchTally tally;

  protected TaskRemoval() {
    this(null, null, null, null, null, null);
  }

  @Inject
  public TaskRemoval(EntityManager entities, Removals removals, KeptPictures kept, InputFiles inputs, DeliveryLog webhooks,
      BatchTally tally) {
    this.entities = entities;
    this.removals = removals;
    this.kept = kept;
    this.inputs = inputs;
    this.webhooks = webhooks;
    this.tally = tally;
  }

  /** How many tasks were deleted, and which batches with them. */
  record Removed(int tasks, List<UUID> batches) { }

  /**
   * Deletes tasks, and those batches that have none left. A batch that keeps some is as large as these.
   *
   * @param over ids of tasks that are over, whose rows the caller has locked
   */
  @Transactional(Transactional.TxType.MANDATORY)
  Removed remove(Collection<String> over) {
    Map<String, UUID> free = new HashMap<>(lockBatches(lockKeys(over)));
    if (free.isEmpty()) {
      return new Removed(0, List.of());
    }
    Set<String> tasks = free.keySet();
    removals.note(tasks);
    webhooks.forget(tasks);
    Map<String, String> begunWith = inputsOf(tasks);
    query("DELETE FROM image_generation_tasks WHERE task_id " + AMONG, tasks).executeUpdate();
    removeInputs(begunWith);
    return new Removed(tasks.size(), settleBatches(free.values()));
  }

  /**
   * Deletes a batch with all its tasks. Receivers still hear what they were promised, such as that a task was cancelled.
   *
   * @param batch locked by the caller, with no unfinished task
   * @param withPictures whether the picture files go, too
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void removeBatch(UUID batch, boolean withPictures) {
    webhooks.forgetTold(batch);
    if (!withPictures) {
      kept.keep(batch);
      deleteBatch(batch);
      return;
    }
    List<String> tasks = strings(entities.createNativeQuery("SELECT task_id FROM image_generation_tasks WHERE batch_id = ?1")
        .setParameter(1, batch));
    removals.note(tasks);
    Map<String, String> begunWith = inputsOf(tasks);
    deleteBatch(batch);
    removeInputs(begunWith);
  }

  private void deleteBatch(UUID batch) {
    entities.createNativeQuery("DELETE FROM image_generation_batches WHERE id = ?1").setParameter(1, batch).executeUpdate();
  }

  /** Whoever repeats a request has its key locked, and may wait for the task. */
  private Set<String> lockKeys(Collection<String> tasks) {
    Set<String> free = new HashSet<>(tasks);
    String keys = "SELECT task_id FROM idempotency_keys WHERE task_id " + AMONG;
    List<String> all = strings(query(keys, tasks));
    if (!all.isEmpty()) {
      List<String> locked = strings(query(keys + " ORDER BY client, key FOR UPDATE SKIP LOCKED", tasks));
      all.stream().filter(task -> !locked.contains(task)).forEach(free::remove);
    }
    return free;
  }

  /** Those of the tasks whose batches are free, with them. */
  private Map<String, UUID> lockBatches(Collection<String> tasks) {
    List<?> batches = query("""
        SELECT id FROM image_generation_batches WHERE id IN (SELECT batch_id FROM image_generation_tasks WHERE task_id %s)
        ORDER BY id FOR UPDATE SKIP LOCKED""".formatted(AMONG), tasks).getResultList();
    Set<Object> locked = new HashSet<>(batches);
    List<?> rows = query("SELECT task_id, batch_id FROM image_generation_tasks WHERE task_id " + AMONG, tasks).getResultList();
    return rows.stream().map(Object[].class::cast).filter(row -> locked.contains(row[1]))
        .collect(Collectors.toMap(row -> (String) row[0], row -> (UUID) row[1]));
  }

  /** The paths of what tasks begin with, and whose they are. */
  private Map<String, String> inputsOf(Collection<String> tasks) {
    List<?> rows = query("""
        SELECT DISTINCT path, api_client_id FROM (
          SELECT unnest(ARRAY[image_path, mask_path]) AS path, batch_id FROM image_generation_tasks WHERE task_id %s) input
        JOIN image_generation_batches batch ON batch.id = batch_id WHERE path IS NOT NULL""".formatted(AMONG), tasks).getResultList();
    Map<String, String> owners = new HashMap<>();
    rows.stream().map(Object[].class::cast).forEach(row -> owners.put((String) row[0], (String) row[1]));
    return owners;
  }

  private void removeInputs(Map<String, String> owners) {
    if (!owners.isEmpty()) {
      inputs.forget(owners.keySet()).forEach(path -> removals.noteInput(path, owners.get(path)));
    }
  }

  /** @return those that had no other task, and are deleted */
  private List<UUID> settleBatches(Collection<UUID> ofDeleted) {
    Map<UUID, Long> deleted = ofDeleted.stream().collect(Collectors.groupingBy(batch -> batch, Collectors.counting()));
    List<String> ids = deleted.keySet().stream().map(UUID::toString).toList();
    List<?> rows = query("""
        DELETE FROM image_generation_batches batch WHERE id IN (SELECT CAST(json_array_elements_text(CAST(?1 AS json)) AS uuid))
          AND NOT EXISTS (SELECT FROM image_generation_tasks task WHERE task.batch_id = batch.id) RETURNING id""", ids).getResultList();
    Set<Object> gone = new HashSet<>(rows);
    deleted.forEach((batch, count) -> {
      if (!gone.contains(batch)) {
        entities.createNativeQuery("UPDATE image_generation_batches SET batch_size = greatest(batch_size - ?2, 1) WHERE id = ?1")
            .setParameter(1, batch).setParameter(2, count).executeUpdate();
        tally.settle(batch);
      }
    });
    return rows.stream().map(UUID.class::cast).toList();
  }

  private Query query(String sql, Collection<String> ids) {
    return entities.createNativeQuery(sql).setParameter(1, Bodies.text(ids));
  }

  private static List<String> strings(Query query) {
    List<?> rows = query.getResultList();
    return rows.stream().map(String.class::cast).toList();
  }
}
