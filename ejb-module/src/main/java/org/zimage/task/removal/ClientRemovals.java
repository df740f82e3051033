package org.zimage.task.removal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.logging.Logger;
import org.zimage.api.removal.ClientRemoval;
import org.zimage.audit.Actor;
import org.zimage.audit.Audit;
import org.zimage.audit.AuditRecord;
import org.zimage.audit.Deed;
import org.zimage.resources.ReadOnlyQueries;

/**
 * Requests of the administrator to remove everything of a client, which are also the record of it. A request is written first, and any node
 * does what it says. Whoever calls makes sure that it is the administrator. Thread-safe.
 */
@ApplicationScoped
public class ClientRemovals {
  private static final Logger LOG = Logger.getLogger(ClientRemovals.class.getName());
  /** The newest; nobody asks so often. */
  private static final int SHOWN = 100;
  private static final String COLUMNS = "id, client, requested_at, finished_at, tasks";

  private final EntityManager entities;
  private final ReadOnlyQueries queries;
  private final Clock clock;
  private final Audit audit;

  protected ClientRemovals() {
    this(null, null, null, null);
  }

  @Inject
  public ClientRemovals(EntityManager entities, ReadOnlyQueries queries, Clock clock, Audit audit) {
    this.entities = entities;
    this.queries = queries;
    this.clock = clock;
    this.audit = audit;
  }

  /**
   * Asks for the removal of everything that a client has made until now.
   *
   * @param administrator who asks
   * @throws ClientNotFound when there is no such client
   */
  @Transactional
  public ClientRemoval request(String client, Actor administrator) {
    if (!isStorable(client) || queries.list("SELECT id FROM api_clients WHERE id = ?", row -> row.getString(1), client).isEmpty()) {
      throw new ClientNotFound();
    }
    UUID id = UUID.randomUUID();
    // By the clock that batches have their times from
    entities.createNativeQuery("INSERT INTO client_removals (id, client, requested_at) VALUES (?1, ?2, ?3)").setParameter(1, id)
        .setParameter(2, client).setParameter(3, Timestamp.from(clock.instant())).executeUpdate();
    audit.record(AuditRecord.done(Deed.CLIENT_ERASE, administrator, client));
    LOG.info(() -> "Everything of the client " + client + " is to be removed: " + id);
    return queries.list("SELECT " + COLUMNS + " FROM client_removals WHERE id = ?", ClientRemovals::read, id).get(0);
  }

  /** What was asked for, the newest first; empty for a client of whom nothing was, and for what is no client. */
  public List<ClientRemoval> of(String client) {
    return !isStorable(client) ? List.of() : queries.list("SELECT " + COLUMNS
        + " FROM client_removals WHERE client = ? ORDER BY requested_at DESC LIMIT " + SHOWN, ClientRemovals::read, client);
  }

  /** PostgreSQL stores no NUL. */
  private static boolean isStorable(String client) {
    return client.indexOf('\0') < 0;
  }

  private static ClientRemoval read(ResultSet row) throws SQLException {
    String client = row.getString("client");
    Instant finished = ReadOnlyQueries.instant(row, "finished_at");
    return new ClientRemoval(row.getString("id"), client, finished == null ? ClientRemoval.RUNNING : ClientRemoval.DONE,
        ReadOnlyQueries.instant(row, "requested_at"), finished, row.getLong("tasks"),
        "/v1/clients/" + URLEncoder.encode(client, StandardCharsets.UTF_8).replace("+", "%20") + "/removals");
  }

  /** A request whose rows are not all deleted. */
  record Open(UUID id, String client, Instant requestedAt) { }

  /** The requests of which rows are left, the oldest first. */
  List<Open> open() {
    return queries.list("SELECT id, client, requested_at FROM client_removals WHERE rows_removed_at IS NULL AND finished_at IS NULL "
        + "ORDER BY requested_at LIMIT " + SHOWN,
        row -> new Open((UUID) row.getObject(1), row.getString(2), ReadOnlyQueries.instant(row, "requested_at")));
  }

  /** Ends the requests of which nothing is left: no row, and no note of a file. */
  @Transactional
  void finish() {
    List<?> finished = entities.createNativeQuery("""
        UPDATE client_removals request SET finished_at = ?1
        WHERE rows_removed_at IS NOT NULL AND finished_at IS NULL AND NOT EXISTS (
          SELECT FROM removals removal WHERE removal.client = request.client AND removal.noted_at <= request.rows_removed_at)
        RETURNING client, CAST(id AS text), tasks""").setParameter(1, Timestamp.from(clock.instant())).getResultList();
    finished.stream().map(Object[].class::cast).forEach(row ->
        LOG.info(() -> "Everything of the client " + row[0] + " was removed (" + row[1] + "): " + row[2] + " tasks and their pictures"));
  }
}
