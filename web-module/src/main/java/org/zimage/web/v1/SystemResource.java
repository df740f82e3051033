package org.zimage.web.v1;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.zimage.api.SystemStatus;
import org.zimage.caller.Caller;
import org.zimage.system.SystemOverview;
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

  /** The system at this moment; of the workers' machines the administrator alone is told. */
  @GET
  public SystemStatus system() {
    SystemStatus now = overview.now();
    return caller.get() instanceof Caller.Administrator ? now : now.withoutMachines();
  }
}
