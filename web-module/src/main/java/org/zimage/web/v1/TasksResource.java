package org.zimage.web.v1;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.zimage.api.CancelTaskResponse;
import org.zimage.api.events.TaskSnapshot;
import org.zimage.audit.Audited;
import org.zimage.audit.Deed;
import org.zimage.task.lifecycle.Cancellation;
import org.zimage.task.view.Tasks;
import org.zimage.web.access.CurrentCaller;
import org.zimage.web.access.PublicAddress;

/** Shows and cancels tasks. */
@Singleton
@Path("v1/tasks/{task_id}")
@Produces(MediaType.APPLICATION_JSON)
public class TasksResource {
  private final Tasks tasks;
  private final Cancellation cancellation;
  private final CurrentCaller caller;
  private final PublicAddress address;

  @Inject
  public TasksResource(Tasks tasks, Cancellation cancellation, CurrentCaller caller, PublicAddress address) {
    this.tasks = tasks;
    this.cancellation = cancellation;
    this.caller = caller;
    this.address = address;
  }

  /** How far the task is. The body tells no attempt, but whoever listens and asks at the same time must put them in order. */
  @GET
  public Response status(@PathParam("task_id") String id) {
    TaskSnapshot task = tasks.find(id, caller.get());
    return Response.ok(task.status().below(address.prefix())).header("Task-Attempt", task.attempt()).build();
  }

  /** Asks for the end of the task; a waiting one never runs, a running one stops before its next step. */
  @POST
  @Audited(value = Deed.TASK_CANCEL, object = "task_id")
  @Path("cancel")
  public CancelTaskResponse cancel(@PathParam("task_id") String id) {
    return cancellation.cancel(id, caller.get());
  }
}
