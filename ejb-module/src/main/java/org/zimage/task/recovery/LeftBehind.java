package org.zimage.task.recovery;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.lifecycle.Turns;

/** Finds what workers left behind: claims whose lease has ended, tasks for a model that none has, unfinished pictures. Thread-safe. */
@ApplicationScoped
public class LeftBehind {
  /** What one look finds; the next one comes soon. */
  private static final int LIMIT = 1000;

  /** In which workers have loaded their models, however large. */
  private static final int START_SECONDS = 3600;

  private final EntityManager entities;

  protected LeftBehind() {
    this(null);
  }

  @Inject
  public LeftBehind(EntityManager entities) {
    this.entities = entities;
  }

  /**
   * A claim whose worker has let its lease end.
   *
   * @param worker its host and process; null for a task of an older installation
   */
  record EndedLease(Claim claim, String worker) { }

  /**
   * Running tasks whose lease has ended, or that an older installation left without one; none before the database was
   * seen for a lease's time.
   */
  @Transactional
  List<EndedLease> endedLeases() {
    return rows("""
        SELECT task_id, attempt, worker FROM image_generation_tasks
        WHERE status = 'running' AND %s
        ORDER BY lease_until LIMIT %d""".formatted(TaskLedger.LEASE_ENDED, LIMIT))
        .flatMap(row -> TaskId.parse((String) row[0]).stream().map(id ->
            new EndedLease(new Claim(id, ((Number) row[1]).intValue()), (String) row[2]))).toList();
  }

  /** A task that waits for a model that nobody serves. */
  public record UnservedTask(TaskId id, String model) { }

  /**
   * Tasks that have waited for a day for a model that no worker has served in this time. A system that was down or cut
   * off itself has an hour to start its workers.
   */
  @Transactional
  public List<UnservedTask> unservedTasks() {
    return rows("""
        SELECT task_id, model FROM image_generation_tasks task
        WHERE status = 'pending' AND model IS NOT NULL AND created_at < clock_timestamp() - interval '1 day'
          AND NOT EXISTS (SELECT FROM workers
            WHERE workers.model = task.model AND seen_at > clock_timestamp() - interval '1 day')
          AND %s
        ORDER BY created_at LIMIT %d""".formatted(Turns.unbrokenFor(START_SECONDS), LIMIT))
        .flatMap(row -> TaskId.parse((String) row[0]).stream().map(id -> new UnservedTask(id, (String) row[1]))).toList();
  }

  /**
   * A picture that nobody finishes: what there is of it is to be removed from the store.
   *
   * @param made the moment that its files are named for
   */
  record UnfinishedPicture(String imageId, Instant made) { }

  /** Pictures that were announced by attempts which are over and did not name them. */
  @Transactional
  List<UnfinishedPicture> unfinishedPictures() {
    return rows("""
        SELECT image_id, CAST(1000 * extract(epoch FROM made_at) AS bigint) FROM unfinished_pictures picture
        WHERE NOT EXISTS (SELECT 1 FROM image_generation_tasks task
          WHERE task.task_id = picture.task_id AND task.attempt = picture.attempt AND task.status = 'running')
        LIMIT %d""".formatted(LIMIT))
        .map(row -> new UnfinishedPicture((String) row[0], Instant.ofEpochMilli(((Number) row[1]).longValue()))).toList();
  }

  /** Nothing is left of this picture. */
  @Transactional
  void forget(UnfinishedPicture picture) {
    entities.createNativeQuery("DELETE FROM unfinished_pictures WHERE image_id = ?1")
        .setParameter(1, picture.imageId()).executeUpdate();
  }

  private Stream<Object[]> rows(String sql) {
    List<?> rows = entities.createNativeQuery(sql).getResultList();
    return rows.stream().map(Object[].class::cast);
  }
}
