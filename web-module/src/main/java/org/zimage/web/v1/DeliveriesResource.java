package org.zimage.web.v1;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.zimage.api.events.Deliveries;
import org.zimage.web.access.CurrentCaller;
import org.zimage.webhook.DeliveryLog;

/** Shows what receivers of webhooks were told about a task. */
@Path("v1/tasks/{task_id}/webhooks")
@Produces(MediaType.APPLICATION_JSON)
public class DeliveriesResource {
  private final DeliveryLog deliveries;
  private final CurrentCaller caller;

  @Inject
  public DeliveriesResource(DeliveryLog deliveries, CurrentCaller caller) {
    this.deliveries = deliveries;
    this.caller = caller;
  }

  /** What was told, and what is still to be told, in that order. */
  @GET
  public Deliveries deliveries(@PathParam("task_id") String taskId) {
    return new Deliveries(deliveries.of(taskId, caller.get()));
  }
}
