package org.zimage.lora.upload;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.zimage.api.lora.Loras.Available;
import org.zimage.audit.Actor;
import org.zimage.audit.Audit;
import org.zimage.audit.AuditRecord;
import org.zimage.audit.Deed;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StorageFailed;
import org.zimage.resources.ReadOnlyQueries;

/**
 * The rows of uploaded adapters. Each is there before its file, and is removed in one transaction with it, so that a file that no row
 * names cannot be. A file's name in the store is its checksum: the same file is there once. Thread-safe.
 */
@ApplicationScoped
public class UploadedLoras {
  /** The slowest store takes less for the largest file. */
  private static final int UNFINISHED_MINUTES = 90;
  /** A request that has found an adapter is a task in much less. */
  private static final int DELETED_MINUTES = 1;
  private static final String SELECT = "SELECT name, sha256, bytes FROM uploaded_loras ";
  private static final String AVAILABLE = "stored_at IS NOT NULL AND deleted_at IS NULL";
  private static final String ABANDONED = """
      (stored_at IS NULL AND created_at < clock_timestamp() - interval '%d minutes'
          OR deleted_at < clock_timestamp() - interval '%d minutes')
        AND NOT EXISTS (SELECT FROM image_generation_tasks task WHERE task.status IN ('pending', 'running')
          AND task.loras @> jsonb_build_array(jsonb_build_object('sha256', lora.sha256)))"""
      .formatted(UNFINISHED_MINUTES, DELETED_MINUTES);

  private final EntityManager entities;
  private final ReadOnlyQueries queries;
  private final ImageStore store;
  private final Audit audit;

  protected UploadedLoras() {
    this(null, null, null, null);
  }

  @Inject
  public UploadedLoras(EntityManager entities, ReadOnlyQueries queries, ImageStore store, Audit audit) {
    this.entities = entities;
    this.queries = queries;
    this.store = store;
    this.audit = audit;
  }

  /** Those that requests may name. */
  public List<Available> list() {
    return queries.list(SELECT + "WHERE " + AVAILABLE, UploadedLoras::available);
  }

  /** The one of that name that requests may name. */
  public Optional<Available> find(String name) {
    return queries.list(SELECT + "WHERE " + AVAILABLE + " AND name = ?", UploadedLoras::available, name).stream().findFirst();
  }

  private static Available available(ResultSet row) throws SQLException {
    return new Available(row.getString(1), row.getString(2), row.getLong(3));
  }

  /**
   * Announces a file that is to be stored.
   *
   * @return false when the same file of the same name is there
   * @throws LoraConflict when another file has the name, or the file another name
   */
  @Transactional
  boolean announce(Available lora, Actor actor) {
    requireFree(lora);
    boolean isNew = entities.createNativeQuery("""
        INSERT INTO uploaded_loras AS lora (sha256, name, bytes, created_at) VALUES (?1, ?2, ?3, clock_timestamp())
        ON CONFLICT (sha256) DO UPDATE SET name = excluded.name, created_at = excluded.created_at, stored_at = NULL, deleted_at = NULL
        WHERE NOT (lora.stored_at IS NOT NULL AND lora.deleted_at IS NULL)
        RETURNING sha256""").setParameter(1, lora.sha256()).setParameter(2, lora.name()).setParameter(3, lora.bytes())
        .getResultStream().findFirst().isPresent();
    if (!isNew) {
      audit.record(AuditRecord.unchanged(Deed.LORA_UPLOAD, actor, lora.name()));
    }
    return isNew;
  }

  /**
   * The file is stored: requests may name it.
   *
   * @throws LoraConflict when another upload was faster
   * @throws StorageFailed when storing took so long that it was given up
   */
  @Transactional
  void stored(Available lora, Actor actor) {
    requireFree(lora);
    int noted = entities.createNativeQuery("""
        UPDATE uploaded_loras SET stored_at = clock_timestamp() WHERE sha256 = ?1 AND name = ?2 AND deleted_at IS NULL""")
        .setParameter(1, lora.sha256()).setParameter(2, lora.name()).executeUpdate();
    if (noted == 0) {
      throw new StorageFailed("The adapter " + lora.name() + " was given up while it was stored", null);
    }
    audit.record(AuditRecord.done(Deed.LORA_UPLOAD, actor, lora.name()));
  }

  /** Uploads are few: they look one after the other, so that two never find the same name free. */
  private void requireFree(Available lora) {
    entities.createNativeQuery("SELECT CAST(pg_advisory_xact_lock(hashtext('uploaded_loras')) AS text)").getSingleResult();
    List<?> others = entities.createNativeQuery("SELECT name, sha256 FROM uploaded_loras WHERE " + AVAILABLE
        + " AND (name = ?1) <> (sha256 = ?2)").setParameter(1, lora.name()).setParameter(2, lora.sha256()).getResultList();
    for (Object[] other : others.stream().map(Object[].class::cast).toList()) {
      throw lora.name().equals(other[0])
          ? new LoraConflict("Another file was uploaded as " + lora.name() + ": delete it first, or choose another name")
          : new LoraConflict("This file is there as " + other[0] + ": use that name, or delete it first");
    }
  }

  /** Forbids requests to name it. Tasks that name it already are drawn with it; then its file is removed. */
  @Transactional
  Optional<Available> delete(String name, Actor actor) {
    Optional<?> deleted = entities.createNativeQuery("UPDATE uploaded_loras SET deleted_at = clock_timestamp() WHERE name = ?1 AND "
        + AVAILABLE + " RETURNING name, sha256, bytes").setParameter(1, name).getResultStream().findFirst();
    deleted.ifPresent(gone -> audit.record(AuditRecord.done(Deed.LORA_DELETE, actor, name)));
    return deleted.map(Object[].class::cast)
        .map(row -> new Available((String) row[0], (String) row[1], ((Number) row[2]).longValue()));
  }

  /** Checksums of files that nobody needs: of uploads that were cut off, and of deleted adapters that no unfinished task names. */
  @Transactional
  List<String> abandoned() {
    List<?> rows = entities.createNativeQuery("SELECT sha256 FROM uploaded_loras lora WHERE " + ABANDONED).getResultList();
    return rows.stream().map(String.class::cast).toList();
  }

  /**
   * Removes a file and its row, unless it is needed by now. An upload of the same file waits until both are gone. A file that the store
   * keeps for now keeps its row.
   *
   * @throws StorageFailed when something of the file may still be there
   */
  @Transactional
  void remove(String sha256) {
    boolean removed = entities.createNativeQuery(
        "DELETE FROM uploaded_loras lora WHERE sha256 = ?1 AND " + ABANDONED + " RETURNING sha256").setParameter(1, sha256)
        .getResultStream().findFirst().isPresent();
    if (removed) {
      store.remove(RelativePath.ofAdapter(sha256));
    }
  }
}
