package org.zimage.api.audit;

import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import java.time.Instant;
import org.zimage.api.UtcTimeAdapter;

/**
 * A line of {@code GET /v1/audit}: one deed. It holds no prompt, no metadata and no key.
 *
 * @param id its number; whoever has read up to it asks for what comes after it
 * @param at when it was recorded
 * @param deed what was done, such as {@code task.submit}
 * @param outcome {@code accepted}, {@code unchanged}, {@code refused} or {@code failed}
 * @param status of HTTP, where it was refused or failed; otherwise null
 * @param actor who did it: {@code administrator}, {@code client}, {@code anonymous}, {@code stranger} or {@code node}
 * @param actorId the client's id, or the node's name; null for others
 * @param door where the call came in: {@code http}, {@code openai}, {@code mcp}, {@code jms}; {@code node} for a node's own work
 * @param address where it came from; null where that is not known
 * @param objectType what it was done to: {@code task}, {@code batch}, {@code lora} or {@code client}; null for nothing
 * @param objectId the id of that; null where there is none
 * @param batchId the batch of the task; null for others
 */
public record AuditEntry(
    long id,
    @JsonbTypeAdapter(UtcTimeAdapter.class) Instant at,
    String deed,
    String outcome,
    @JsonbNillable Integer status,
    String actor,
    @JsonbNillable @JsonbProperty("actor_id") String actorId,
    String door,
    @JsonbNillable String address,
    @JsonbNillable @JsonbProperty("object_type") String objectType,
    @JsonbNillable @JsonbProperty("object_id") String objectId,
    @JsonbNillable @JsonbProperty("batch_id") String batchId) { }
