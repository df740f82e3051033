package org.zimage.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.zimage.api.audit.AuditEntry;
import org.zimage.resources.ReadOnlyQueries;

/** Reads what was recorded, in the order of the numbers. What it leaves out for now has higher numbers than all it tells. Thread-safe. */
@ApplicationScoped
public class AuditLog {
  /** Records that are in memory at a time. */
  private static final int TOGETHER = 100;

  /** The lowest of what {@link Audit} has marked. */
  private static final String LOWEST_MARK = """
      SELECT min((classid::bigint << 32 | objid::bigint) & ((1::bigint << %2$d) - 1)) FROM pg_locks
      WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> (%2$d - 32) = %1$d
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
      .formatted(Audit.MARK, Audit.NUMBER_BITS);

  private final ReadOnlyQueries queries;

  protected AuditLog() {
    this(null);
  }

  @Inject
  public AuditLog(ReadOnlyQueries queries) {
    this.queries = queries;
  }

  /**
   * Records in the order of their numbers, read some at a time while they are asked for, with no connection kept meanwhile.
   *
   * @param limit how many at most
   */
  public Stream<AuditEntry> entries(AuditFilter filter, int limit) {
    long last = lastComplete();
    return Stream.iterate(page(filter, filter.after(), last), page -> !page.isEmpty(),
        page -> page.size() < TOGETHER ? List.<AuditEntry>of() : page(filter, page.get(page.size() - 1).id(), last))
        .flatMap(List::stream).limit(limit);
  }

  /**
   * The number up to which no record can appear any more. The highest that is there is read first: who has drawn a lower one and is not
   * done has set a mark before.
   */
  private long lastComplete() {
    long highest = queries.list("SELECT coalesce(max(id), 0) FROM audit_records", row -> row.getLong(1)).get(0);
    Optional<Long> mark = queries.list(LOWEST_MARK, row -> Optional.ofNullable(row.getObject(1, Long.class))).get(0);
    return mark.map(lowest -> Math.min(lowest, highest)).orElse(highest);
  }

  private List<AuditEntry> page(AuditFilter filter, long after, long last) {
    StringBuilder sql = new StringBuilder("""
        SELECT id, at, deed, outcome, status, actor, actor_id, door, address, object_id, batch_id FROM audit_records
        WHERE id > ? AND id <= ?""");
    List<Object> values = new ArrayList<>(List.of(after, last));
    and(sql, values, " AND at >= ?", filter.from() == null ? null : Timestamp.from(filter.from()));
    and(sql, values, " AND at < ?", filter.until() == null ? null : Timestamp.from(filter.until()));
    and(sql, values, " AND actor_id = ?", filter.client());
    and(sql, values, " AND deed = ?", filter.deed() == null ? null : filter.deed().word());
    return queries.list(sql.append(" ORDER BY id LIMIT ").append(TOGETHER).toString(), AuditLog::entry, values.toArray());
  }

  private static void and(StringBuilder sql, List<Object> values, String condition, Object value) {
    if (value != null) {
      sql.append(condition);
      values.add(value);
    }
  }

  /** Of a deed that only another version knows, nobody here knows what it is done to. */
  private static AuditEntry entry(ResultSet row) throws SQLException {
    String deed = row.getString("deed");
    return new AuditEntry(row.getLong("id"), ReadOnlyQueries.instant(row, "at"), deed, row.getString("outcome"),
        row.getObject("status", Integer.class), row.getString("actor"), row.getString("actor_id"), row.getString("door"),
        row.getString("address"), Deed.of(deed).map(known -> known.object().word()).orElse(null), row.getString("object_id"),
        row.getString("batch_id"));
  }
}
