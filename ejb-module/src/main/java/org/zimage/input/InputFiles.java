package org.zimage.input;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.zimage.api.json.Bodies;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StorageFailed;
import org.zimage.resources.ReadOnlyQueries;

/**
 * The files of pictures that callers sent. Each has a row before it is stored, and tasks that begin with it keep the row. So a
 * file that no task names is found, whatever became of the request that brought it. Thread-safe.
 */
@ApplicationScoped
public class InputFiles {
  /** A request that has stored its pictures becomes a task in much less. */
  private static final int UNNAMED_MINUTES = 15;
  private static final int ID_BYTES = 16;
  /** What one look finds; the next one comes soon. */
  private static final int LIMIT = 1000;
  /** Two conditions, because each has an index. */
  private static final String NAMED_BY_NO_TASK = """
      NOT EXISTS (SELECT FROM image_generation_tasks WHERE image_path = picture.relative_path)
        AND NOT EXISTS (SELECT FROM image_generation_tasks WHERE mask_path = picture.relative_path)""";

  private final EntityManager entities;
  private final ReadOnlyQueries queries;
  private final ImageStore store;
  private final RandomGenerator random;

  protected InputFiles() {
    this(null, null, null, null);
  }

  @Inject
  public InputFiles(EntityManager entities, ReadOnlyQueries queries, ImageStore store, RandomGenerator random) {
    this.entities = entities;
    this.queries = queries;
    this.store = store;
    this.random = random;
  }

  /** The path for a new file, which has its row now. */
  @Transactional
  RelativePath announce(Instant now) {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    RelativePath path = RelativePath.ofInput(HexFormat.of().formatHex(id), now);
    entities.createNativeQuery("INSERT INTO input_pictures (relative_path, created_at) VALUES (?1, clock_timestamp())")
        .setParameter(1, path.value()).executeUpdate();
    return path;
  }

  /** Where a task's picture lies; empty for a task that begins with nothing of that kind. */
  Optional<RelativePath> path(String taskId, InputPictures.Kind kind) {
    String column = switch (kind) {
      case IMAGE -> "image_path";
      case MASK_IMAGE -> "mask_path";
    };
    return queries.list("SELECT " + column + " FROM image_generation_tasks WHERE task_id = ? AND " + column + " IS NOT NULL",
        row -> new RelativePath(row.getString(1)), taskId).stream().findFirst();
  }

  /**
   * Forgets pictures whose tasks were deleted in this transaction, unless another task names them, or somebody looks at them at this
   * moment: those are found later.
   *
   * @return paths of files that have no row any more; the caller notes that they are to be removed
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public List<String> forget(Collection<String> paths) {
    List<?> gone = entities.createNativeQuery("""
        DELETE FROM input_pictures WHERE relative_path IN (
          SELECT relative_path FROM input_pictures picture
          WHERE relative_path IN (SELECT json_array_elements_text(CAST(?1 AS json))) AND %s
          FOR UPDATE SKIP LOCKED)
        RETURNING relative_path""".formatted(NAMED_BY_NO_TASK)).setParameter(1, Bodies.text(paths)).getResultList();
    return gone.stream().map(String.class::cast).toList();
  }

  /** Files that no task names, and none will. */
  @Transactional
  public List<RelativePath> unnamed() {
    List<?> rows = entities.createNativeQuery("""
        SELECT relative_path FROM input_pictures picture
        WHERE created_at < clock_timestamp() - interval '%d minutes' AND %s
        LIMIT %d""".formatted(UNNAMED_MINUTES, NAMED_BY_NO_TASK, LIMIT)).getResultList();
    return rows.stream().map(path -> new RelativePath((String) path)).toList();
  }

  /**
   * Removes a file and its row, unless a task names it by now. A file that the store keeps for now keeps its row.
   *
   * @throws StorageFailed when something of the file may still be there
   */
  @Transactional
  public void remove(RelativePath path) {
    Optional<?> stillUnnamed = entities.createNativeQuery("""
        DELETE FROM input_pictures picture WHERE relative_path = ?1 AND %s
        RETURNING relative_path""".formatted(NAMED_BY_NO_TASK)).setParameter(1, path.value()).getResultStream().findFirst();
    if (stillUnnamed.isPresent()) {
      store.remove(path);
    }
  }
}
