package org.zimage.api.events;

import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import java.time.Instant;
import java.util.List;
import org.zimage.api.UtcTimeAdapter;

/** The answer to {@code GET /v1/tasks/{task_id}/webhooks}: what receivers were told, and what is still to be told. */
public record Deliveries(List<Delivery> deliveries) {

  /**
   * One event for one receiver.
   *
   * @param id the same at every attempt: receivers know by it what they have already
   * @param type such as {@code zimage.task.succeeded}
   * @param status pending, delivered or failed
   * @param attempts calls so far
   * @param responseStatus of the last answer; null when there was none
   * @param error why the last call failed; null when it did not
   * @param nextAttemptAt null when there will be none
   * @param finishedAt when it was delivered or given up; null before
   */
  public record Delivery(
      String id,
      String type,
      String url,
      String status,
      int attempts,
      @JsonbNillable @JsonbProperty("response_status") Integer responseStatus,
      @JsonbNillable String error,
      @JsonbProperty("created_at") @JsonbTypeAdapter(UtcTimeAdapter.class) Instant createdAt,
      @JsonbNillable @JsonbProperty("next_attempt_at") @JsonbTypeAdapter(UtcTimeAdapter.class) Instant nextAttemptAt,
      @JsonbNillable @JsonbProperty("finished_at") @JsonbTypeAdapter(UtcTimeAdapter.class) Instant finishedAt) { }
}
