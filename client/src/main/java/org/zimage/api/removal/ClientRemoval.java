package org.zimage.api.removal;

import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import java.time.Instant;

/**
 * A request of the administrator to remove everything of a client, and how far it is: the answer to {@code DELETE
 * /v1/clients/{client_id}/data}. It stays as the record of what was done.
 *
 * @param status {@code running} or {@code done}
 * @param requestedAt what the client has made until then is removed
 * @param finishedAt null while something is left
 * @param tasksRemoved tasks whose rows are deleted
 * @param statusUrl the path at which the removals of this client are listed
 */
public record ClientRemoval(
    @JsonbProperty("removal_id") String removalId,
    @JsonbProperty("client_id") String clientId,
    String status,
    @JsonbProperty("requested_at") Instant requestedAt,
    @JsonbNillable @JsonbProperty("finished_at") Instant finishedAt,
    @JsonbProperty("tasks_removed") long tasksRemoved,
    @JsonbProperty("status_url") String statusUrl) {
  public static final String RUNNING = "running";
  public static final String DONE = "done";

  /** The same for who reaches the server's paths below this prefix. */
  public ClientRemoval below(String prefix) {
    return new ClientRemoval(removalId, clientId, status, requestedAt, finishedAt, tasksRemoved, prefix + statusUrl);
  }
}
