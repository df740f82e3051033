package org.zimage.web.v1;

import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Locale;
import org.zimage.task.JsonFields;
import org.zimage.task.UtcTime;
import org.zimage.web.access.CurrentCaller;
import org.zimage.webhook.Deliveries;
import org.zimage.webhook.Delivery;
import org.zimage.webhook.WebhookSecrets;

/** What receivers of webhooks need to know, and what was told to them. */
@Path("v1")
@Produces(MediaType.APPLICATION_JSON)
public class WebhooksResource {
  private final Deliveries deliveries;
  private final WebhookSecrets secrets;
  private final CurrentCaller caller;

  @Inject
  public WebhooksResource(Deliveries deliveries, WebhookSecrets secrets, CurrentCaller caller) {
    this.deliveries = deliveries;
    this.secrets = secrets;
    this.caller = caller;
  }

  /** Whether webhooks are on, and the secret that the caller's receivers verify signatures with. */
  @GET
  @Path("webhooks")
  public JsonObject webhooks() {
    String secret = secrets.of(caller.get().clientId()).orElse(null);
    return JsonFields.object().add("enabled", secret != null).add("secret", secret).build();
  }

  /** What was told about a task, and what is still to be told. */
  @GET
  @Path("tasks/{task_id}/webhooks")
  public JsonObject deliveries(@PathParam("task_id") String taskId) {
    JsonArrayBuilder list = Json.createArrayBuilder();
    deliveries.of(taskId, caller.get()).forEach(delivery -> list.add(json(delivery)));
    return Json.createObjectBuilder().add("deliveries", list).build();
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
