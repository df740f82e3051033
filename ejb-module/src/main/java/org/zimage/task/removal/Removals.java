package org.zimage.task.removal;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonString;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.StringReader;
import java.util.Collection;
import java.util.List;
import org.zimage.api.json.Bodies;
import org.zimage.progress.ProgressStore;
import org.zimage.resources.AlongIndexes;
import org.zimage.resources.ReadOnlyQueries;

/**
 * The notes of what is to be removed from the image store and from Redis. A note is written in the transaction that deletes the rows, and
 * deleted when nothing is left of what it names: a process that ends in between leaves a note, and never a file that nobody knows.
 * Thread-safe; several nodes may take notes at the same time.
 */
@ApplicationScoped
public class Removals {
  /** A node that has taken a note and is not heard of again for so long has not done what it says. */
  private static final int REMOVING_SECONDS = 60;
  private static final int LONGEST_PAUSE_SECONDS = 300;
  /** In which the worker of a task that was cancelled has noticed it, and writes no more of its progress. */
  private static final int NOTICING_SECONDS = 30;

  /**
   * The one place that decides whether files are needed: while any task's pictures are these, or they are kept for one that was deleted,
   * they stay. Several tasks have the same files where one got those of another. Whoever still names them writes a
   * note of its own when it is removed, so that a note that finds them named is done.
   */
  private static final String PICTURES_ARE_NAMED = """
      (EXISTS (SELECT FROM image_generation_tasks task WHERE task.task_id = removal.pictures_of)
        OR EXISTS (SELECT FROM image_generation_tasks task WHERE task.pictures_of = removal.pictures_of)
        OR EXISTS (SELECT FROM kept_pictures kept WHERE kept.pictures_of = removal.pictures_of))""";

  /** Of a task: whose pictures its files are. */
  static final String PICTURES_OF = "coalesce(task.pictures_of, task.task_id)";
  /** Of a task: where its files are in the store. */
  static final String FILES = "array_remove(ARRAY[task.relative_path, task.preview_relative_path], NULL)";

  private final EntityManager entities;
  private final ReadOnlyQueries queries;

  protected Removals() {
    this(null, null);
  }

  @Inject
  public Removals(EntityManager entities, ReadOnlyQueries queries) {
    this.entities = entities;
    this.queries = queries;
  }

  /**
   * A note that this node has taken.
   *
   * @param task whose keys are to be removed from Redis; null for none
   * @param areNamed whether a task needs the files, which stay then
   * @param attempts how often it was taken, this time included
   * @param hasKeys whether Redis may still have keys of the task
   */
  record Removal(long id, String task, List<String> files, boolean areNamed, int attempts, boolean hasKeys) { }

  /**
   * What waits to be removed.
   *
   * @param oldestSeconds the age of the oldest note; 0 when there is none
   */
  public record Waiting(long count, double oldestSeconds) { }

  /**
   * Notes the files and keys of tasks whose rows are deleted in this transaction. A task that was cancelled a moment ago may have a worker
   * that has not noticed: its note is due later.
   *
   * @param tasks their ids
   */
  @Transactional(Transactional.TxType.MANDATORY)
  void note(Collection<String> tasks) {
    entities.createNativeQuery("""
        INSERT INTO removals (task_id, pictures_of, files, client, due_at)
        SELECT task.task_id, %s, %s, batch.api_client_id,
          CASE WHEN task.status = 'cancelled' AND task.attempt > 0 THEN greatest(now(), task.finished_at + interval '%d seconds')
            ELSE now() END
        FROM image_generation_tasks task JOIN image_generation_batches batch ON batch.id = task.batch_id
        WHERE task.task_id IN (SELECT json_array_elements_text(CAST(?1 AS json)))"""
        .formatted(PICTURES_OF, FILES, NOTICING_SECONDS)).setParameter(1, Bodies.text(tasks)).executeUpdate();
  }

  /**
   * The same for an input picture that no task names any more.
   *
   * @param client whose it was; null for nobody's
   */
  @Transactional(Transactional.TxType.MANDATORY)
  void noteInput(String path, String client) {
    entities.createNativeQuery("INSERT INTO removals (files, client) VALUES (ARRAY[CAST(?1 AS text)], CAST(?2 AS text))")
        .setParameter(1, path).setParameter(2, client).executeUpdate();
  }

  /** Takes notes that are due, the oldest first. Others' are passed over. */
  @Transactional
  List<Removal> take(int limit) {
    AlongIndexes.read(entities);
    List<?> rows = entities.createNativeQuery("""
        UPDATE removals removal SET attempts = attempts + 1, due_at = clock_timestamp() + interval '%d seconds'
        WHERE id = ANY (ARRAY (
          SELECT id FROM removals WHERE due_at <= now() ORDER BY due_at LIMIT %d FOR UPDATE SKIP LOCKED))
        RETURNING id, task_id, CAST(array_to_json(files) AS text), %s, attempts,
          task_id IS NOT NULL AND noted_at > clock_timestamp() - interval '%d seconds'"""
        .formatted(REMOVING_SECONDS, limit, PICTURES_ARE_NAMED, ProgressStore.EXPIRY_SECONDS)).getResultList();
    return rows.stream().map(Object[].class::cast).map(row -> new Removal(((Number) row[0]).longValue(), (String) row[1],
        paths((String) row[2]), (Boolean) row[3], ((Number) row[4]).intValue(), (Boolean) row[5])).toList();
  }

  private static List<String> paths(String json) {
    return JSON.createReader(new StringReader(json)).readArray().getValuesAs(JsonString::getString);
  }

  /** Nothing is left of what these notes name. */
  @Transactional
  void done(Collection<Long> notes) {
    if (notes.isEmpty()) {
      return;
    }
    entities.createNativeQuery(
        "DELETE FROM removals WHERE id IN (SELECT CAST(json_array_elements_text(CAST(?1 AS json)) AS bigint))")
        .setParameter(1, Bodies.text(notes)).executeUpdate();
  }

  /** Something may be left: these notes wait, longer each time. */
  @Transactional
  void postpone(Collection<Long> notes) {
    postpone(notes, "");
  }

  /** Only Redis may have something left. */
  @Transactional
  void postponeKeys(Collection<Long> notes) {
    postpone(notes, ", files = '{}'");
  }

  private void postpone(Collection<Long> notes, String change) {
    if (notes.isEmpty()) {
      return;
    }
    entities.createNativeQuery("""
        UPDATE removals SET due_at = clock_timestamp() + least(power(2, least(attempts, 20)), %d) * interval '1 second'%s
        WHERE id IN (SELECT CAST(json_array_elements_text(CAST(?1 AS json)) AS bigint))"""
        .formatted(LONGEST_PAUSE_SECONDS, change)).setParameter(1, Bodies.text(notes)).executeUpdate();
  }

  /** What waits now, for the operator. */
  public Waiting waiting() {
    return queries.list("SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(noted_at)), 0) FROM removals",
        row -> new Waiting(row.getLong(1), Math.max(row.getDouble(2), 0))).get(0);
  }
}
