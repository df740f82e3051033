package org.zimage.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import org.zimage.api.json.Bodies;

/**
 * Writes deeds down. A deed that changes rows is recorded in the transaction that changes them: neither is there without the other.
 *
 * <p>Rows get their numbers before they are committed, so that a lower number may appear later than a higher one. Whoever writes marks
 * first, until the transaction ends, the highest number that is there: its own will be higher. {@link AuditLog} reads only up to the
 * lowest mark, and so misses nothing. Writers do not wait for each other. Thread-safe.
 */
@ApplicationScoped
public class Audit {
  /** What the names of these locks begin with: "za" in ASCII, before 48 bits of a number. */
  static final int MARK = 0x7A61;
  static final int NUMBER_BITS = 48;

  static final String ADD = """
      WITH mark AS MATERIALIZED (
        SELECT pg_advisory_xact_lock_shared(CAST(%d AS bigint) << %d | coalesce(max(id), 0)) FROM audit_records)
      INSERT INTO audit_records (deed, outcome, status, actor, actor_id, door, address, object_id, batch_id)
      SELECT deed, outcome, status, actor, actor_id, door, address, object_id, batch_id FROM mark,
        json_to_recordset(CAST(?1 AS json)) AS added (deed text, outcome text, status smallint, actor text, actor_id text,
          door text, address text, object_id text, batch_id text)""".formatted(MARK, NUMBER_BITS);

  private final EntityManager entities;

  protected Audit() {
    this(null);
  }

  @Inject
  public Audit(EntityManager entities) {
    this.entities = entities;
  }

  private record Row(String deed, String outcome, Integer status, String actor, @JsonbProperty("actor_id") String actorId, String door,
      String address, @JsonbProperty("object_id") String objectId, @JsonbProperty("batch_id") String batchId) { }

  /** Records a deed in the present transaction, or in one of its own where there is none. */
  @Transactional
  public void record(AuditRecord deed) {
    record(List.of(deed));
  }

  /** Records deeds by one statement, in this order; otherwise as {@link #record(AuditRecord)} does. */
  @Transactional
  public void record(List<AuditRecord> deeds) {
    if (!deeds.isEmpty()) {
      entities.createNativeQuery(ADD).setParameter(1, Bodies.text(deeds.stream().map(Audit::row).toList())).executeUpdate();
    }
  }

  private static Row row(AuditRecord deed) {
    Actor actor = deed.actor();
    return new Row(deed.deed().word(), deed.outcome().word(), deed.status(), actor.kind().word(), actor.id(),
        actor.origin().door().word(), actor.origin().address(), deed.object(), deed.batch());
  }
}
