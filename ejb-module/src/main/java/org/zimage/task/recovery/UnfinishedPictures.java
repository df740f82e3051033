package org.zimage.task.recovery;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;

/** Finds pictures that workers began to store and did not finish. Thread-safe. */
@ApplicationScoped
public class UnfinishedPictures {
  /** What one look finds; the next one comes soon. */
  private static final int LIMIT = 1000;

  private final EntityManager entities;

  protected UnfinishedPictures() {
    this(null);
  }

  @Inject
  public UnfinishedPictures(EntityManager entities) {
    this.entities = entities;
  }

  /**
   * A picture that nobody finishes: what there is of it is to be removed from the store.
   *
   * @param made the moment that its files are named for
   */
  public record AbandonedPicture(String imageId, Instant made) { }

  /** Pictures that were announced by attempts which are over and did not name them. */
  @Transactional
  public List<AbandonedPicture> abandoned() {
    List<?> rows = entities.createNativeQuery("""
        SELECT image_id, CAST(1000 * extract(epoch FROM made_at) AS bigint) FROM unfinished_pictures picture
        WHERE NOT EXISTS (SELECT 1 FROM image_generation_tasks task
          WHERE task.task_id = picture.task_id AND task.attempt = picture.attempt AND task.status = 'running')
        LIMIT %d""".formatted(LIMIT)).getResultList();
    return rows.stream().map(Object[].class::cast)
        .map(row -> new AbandonedPicture((String) row[0], Instant.ofEpochMilli(((Number) row[1]).longValue()))).toList();
  }

  /** Nothing is left of this picture. */
  @Transactional
  public void forget(AbandonedPicture picture) {
    entities.createNativeQuery("DELETE FROM unfinished_pictures WHERE image_id = ?1")
        .setParameter(1, picture.imageId()).executeUpdate();
  }
}
