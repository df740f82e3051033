package org.zimage.web.v1;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.inject.Inject;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.zimage.caller.Caller;
import org.zimage.json.JsonFields;
import org.zimage.system.SystemOverview;
import org.zimage.system.Workers;
import org.zimage.task.GenerationParameters;
import org.zimage.web.access.CurrentCaller;

/** Shows what waits, who works, and what may be asked for. */
@Path("v1/system")
@Produces(MediaType.APPLICATION_JSON)
public class SystemResource {
  private final SystemOverview overview;
  private final CurrentCaller caller;

  @Inject
  public SystemResource(SystemOverview overview, CurrentCaller caller) {
    this.overview = overview;
    this.caller = caller;
  }

  /** The system at this moment. */
  @GET
  public JsonObject system() {
    SystemOverview.Snapshot now = overview.now();
    JsonArrayBuilder workers = JSON.createArrayBuilder();
    now.workers().forEach(worker -> workers.add(worker(worker)));
    return JsonFields.object()
        .add("queue_depth", now.waiting())
        .add("running", now.running())
        .add("oldest_wait_seconds", now.oldestWaitSeconds())
        .add("limits", limits())
        .add("workers", workers.build())
        .build();
  }

  /** Of its machine the administrator alone is told. */
  private JsonObject worker(Workers.Worker worker) {
    JsonFields fields = JsonFields.object().add("name", worker.name()).add("model", worker.model()).add("card", worker.card());
    return (caller.get() instanceof Caller.Administrator ? fields.add("machine", worker.machine()) : fields).build();
  }

  private static JsonObject limits() {
    return JsonFields.object()
        .add("min_side", GenerationParameters.MIN_SIDE)
        .add("max_side", GenerationParameters.MAX_SIDE)
        .add("max_steps", GenerationParameters.MAX_STEPS)
        .add("max_guidance_scale", GenerationParameters.MAX_GUIDANCE)
        .add("max_prompt_characters", GenerationParameters.MAX_PROMPT)
        .build();
  }
}
