package org.zimage.history;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;

/** The sizes of pictures that are asked for most. Thread-safe. */
@ApplicationScoped
public class FrequentSizes {
  /** Lately: in so many of the newest batches. */
  private static final int BATCHES = 200;

  private final EntityManager entities;

  protected FrequentSizes() {
    this(null);
  }

  @Inject
  public FrequentSizes(EntityManager entities) {
    this.entities = entities;
  }

  /** In pixels. */
  public record Size(int width, int height) { }

  /**
   * The sizes of the newest tasks, the most frequent first.
   *
   * @param most how many of them at most
   */
  @Transactional
  public List<Size> find(int most) {
    List<?> rows = entities.createNativeQuery("""
        SELECT task.width, task.height
        FROM (SELECT id FROM image_generation_batches ORDER BY created_at DESC, id LIMIT %d) batch
          JOIN image_generation_tasks task ON task.batch_id = batch.id
        GROUP BY task.width, task.height ORDER BY count(*) DESC, task.width, task.height""".formatted(BATCHES))
        .setMaxResults(most).getResultList();
    return rows.stream().map(Object[].class::cast)
        .map(row -> new Size(((Number) row[0]).intValue(), ((Number) row[1]).intValue())).toList();
  }
}
