package org.zimage.web.v1;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.inject.Inject;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Locale;
import org.zimage.json.JsonFields;
import org.zimage.json.UtcTime;
import org.zimage.web.access.CurrentCaller;
import org.zimage.webhook.Deliveries;
import org.zimage.webhook.Delivery;

/** Shows what receivers of webhooks were told about a task. */
@Path("v1/tasks/{task_id}/webhooks")
@Produces(MediaType.APPLICATION_JSON)
public class DeliveriesResource {
  private final Deliveries deliveries;
  private final CurrentCaller caller;

  @Inject
  public DeliveriesResource(Deliveries deliveries, CurrentCaller caller) {
    this.deliveries = deliveries;
    this.caller = caller;
  }

  /** What was told, and what is still to be told, in that order. */
  @GET
  public JsonObject deliveries(@PathParam("task_id") String taskId) {
    JsonArrayBuilder list = JSON.createArrayBuilder();
    deliveries.of(taskId, caller.get()).forEach(delivery -> list.add(json(delivery)));
    return JSON.createObjectBuilder().add("deliveries", list).build();
  }

  private static JsonObject json(Delivery delivery) {
    return JsonFields.object()
        .add("id", delivery.id().toString())
        .add("type", delivery.type())
        .add("url", delivery.url())
        .add("status", delivery.status().name().toLowerCase(Locale.ROOT))
        .add("attempts", delivery.attempts())
        .add("response_status", delivery.responseStatus())
        .add("error", delivery.error())
        .add("created_at", time(delivery.createdAt()))
        .add("next_attempt_at", time(delivery.dueAt()))
        .add("finished_at", time(delivery.finishedAt()))
        .build();
  }

  private static String time(Instant instant) {
    return instant == null ? null : UtcTime.format(instant);
  }
}
