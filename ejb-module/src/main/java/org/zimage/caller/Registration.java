package org.zimage.caller;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.Timestamp;
import java.time.Clock;
import org.zimage.audit.Actor;
import org.zimage.audit.Audit;
import org.zimage.audit.AuditRecord;
import org.zimage.audit.Deed;
import org.zimage.audit.Origin;

/** Stores clients when they call for the first time. Thread-safe. */
@ApplicationScoped
public class Registration {
  private final EntityManager entities;
  private final Audit audit;
  private final Clock clock;

  protected Registration() {
    this(null, null, null);
  }

  @Inject
  public Registration(EntityManager entities, Audit audit, Clock clock) {
    this.entities = entities;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * A client calls for the first time. Two of its calls may be the first at the same time.
   *
   * @return false when the id is taken, or the key has been registered
   */
  @Transactional
  boolean client(String id, ApiKeyHash hash, Origin origin) {
    boolean isNew = insert(id, "client", hash);
    if (isNew) {
      audit.record(AuditRecord.done(Deed.CLIENT_REGISTER, new Actor(Actor.Kind.CLIENT, id, origin), id));
    }
    return isNew;
  }

  /** The administrator calls for the first time, or with another key than before. */
  @Transactional
  void administrator(ApiKeyHash hash, Actor administrator) {
    audit.record(AuditRecord.done(Deed.CLIENT_REGISTER, administrator, Caller.Administrator.ID));
    if (insert(Caller.Administrator.ID, "admin", hash)) {
      return;
    }
    // A client may have called with this key before it became the administrator's
    entities.createNativeQuery("UPDATE api_clients SET api_key_hash = NULL WHERE api_key_hash = ?1 AND id <> ?2")
        .setParameter(1, hash.hex()).setParameter(2, Caller.Administrator.ID).executeUpdate();
    insert(Caller.Administrator.ID, "admin", hash);
    entities.createNativeQuery(
        "UPDATE api_clients SET api_key_hash = ?1, role = 'admin', is_active = true, updated_at = ?2 WHERE id = ?3")
        .setParameter(1, hash.hex()).setParameter(2, Timestamp.from(clock.instant()))
        .setParameter(3, Caller.Administrator.ID).executeUpdate();
  }

  private boolean insert(String id, String role, ApiKeyHash hash) {
    return entities.createNativeQuery("""
        INSERT INTO api_clients (id, display_name, role, api_key_hash, is_active, created_at, updated_at)
        VALUES (?1, ?1, ?2, ?3, true, ?4, ?4) ON CONFLICT DO NOTHING""")
        .setParameter(1, id).setParameter(2, role).setParameter(3, hash.hex())
        .setParameter(4, Timestamp.from(clock.instant())).executeUpdate() > 0;
  }
}
