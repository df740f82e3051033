package org.zimage.recognition;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.zimage.caller.Caller;
import org.zimage.picture.look.Look;
import org.zimage.resources.ReadOnlyQueries;
import org.zimage.task.TaskId;

/** The fingerprints of finished pictures, and who may learn of them: every query names the owner. Thread-safe. */
@ApplicationScoped
public class KnownPictures {
  private static final String PICTURES = """
       FROM pictures picture
      JOIN image_generation_tasks task ON task.task_id = picture.task_id
      JOIN image_generation_batches batch ON batch.id = task.batch_id
      WHERE\s""";
  private static final String COLUMNS =
      "picture.task_id, task.batch_id, task.batch_index, task.finished_at, task.relative_path, task.preview_relative_path";
  private static final String OF_OWNER = " AND batch.api_client_id = ?";

  private final EntityManager entities;
  private final ReadOnlyQueries queries;

  protected KnownPictures() {
    this(null, null);
  }

  @Inject
  public KnownPictures(EntityManager entities, ReadOnlyQueries queries) {
    this.entities = entities;
    this.queries = queries;
  }

  /**
   * A picture of a task.
   *
   * @param distance in how many bits its look differs from the one that was asked for; 0 for the same file
   * @param isPng whether the PNG is meant, and not the preview
   * @param path of that file
   */
  public record KnownPicture(int distance, String taskId, UUID batchId, int index, boolean isPng, Instant finishedAt, String path) { }

  /** Writes what a task's picture is recognised by, in the transaction that ends the task. It goes with the task. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void add(TaskId task, PictureFingerprint fingerprint) {
    entities.createNativeQuery("""
        INSERT INTO pictures (task_id, png_sha256, webp_sha256, look, look_bands)
        VALUES (?1, decode(?2, 'hex'), decode(?3, 'hex'), CAST(?4 AS bit(512)), CAST(?5 AS int[]))""")
        .setParameter(1, task.value()).setParameter(2, fingerprint.pngSha256()).setParameter(3, fingerprint.webpSha256())
        .setParameter(4, fingerprint.look().toString()).setParameter(5, array(fingerprint.look().bands())).executeUpdate();
  }

  /** The same for a task that has the files of another one. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void addSame(TaskId task, TaskId other) {
    entities.createNativeQuery("""
        INSERT INTO pictures (task_id, png_sha256, webp_sha256, look, look_bands)
        SELECT ?1, png_sha256, webp_sha256, look, look_bands FROM pictures WHERE task_id = ?2""")
        .setParameter(1, task.value()).setParameter(2, other.value()).executeUpdate();
  }

  /**
   * Pictures of which a file is exactly the one with that hash, the oldest first.
   *
   * @param sha256 in hexadecimal digits
   * @param most how many are wanted
   */
  public List<KnownPicture> exactly(String sha256, Caller caller, int most) {
    return find("SELECT " + COLUMNS + ", 0 AS distance, picture.png_sha256 = decode(?, 'hex') AS is_png" + PICTURES
        + "decode(?, 'hex') IN (picture.png_sha256, picture.webp_sha256)", "task.finished_at", caller, most, sha256, sha256);
  }

  /**
   * Pictures that look the same, the most similar first. The index over the bands finds them all ({@link Look#bands}): a million pictures
   * are not looked at one by one.
   *
   * @param most how many are wanted
   */
  public List<KnownPicture> similar(Look look, Caller caller, int most) {
    return find("SELECT " + COLUMNS + ", bit_count(picture.look # CAST(? AS bit(512))) AS distance, true AS is_png" + PICTURES
        + "picture.look_bands && CAST(? AS int[]) AND bit_count(picture.look # CAST(? AS bit(512))) <= " + Look.MOST_DIFFERENT,
        "distance, task.finished_at", caller, most, look.toString(), array(look.bands()), look.toString());
  }

  private List<KnownPicture> find(String select, String order, Caller caller, int most, String... values) {
    List<Object> all = new ArrayList<>(Arrays.asList(values));
    String ofOwner = "";
    if (!caller.seesEverything()) {
      all.add(caller.clientId());
      ofOwner = OF_OWNER;
    }
    return queries.list(select + ofOwner + " ORDER BY " + order + ", picture.task_id LIMIT " + most, KnownPictures::read, all.toArray());
  }

  private static KnownPicture read(ResultSet row) throws SQLException {
    boolean isPng = row.getBoolean("is_png");
    return new KnownPicture(row.getInt("distance"), row.getString("task_id"), row.getObject("batch_id", UUID.class), row.getInt("batch_index"),
        isPng, ReadOnlyQueries.instant(row, "finished_at"), row.getString(isPng ? "relative_path" : "preview_relative_path"));
  }

  private static String array(int[] numbers) {
    return Arrays.toString(numbers).replace('[', '{').replace(']', '}');
  }
}
