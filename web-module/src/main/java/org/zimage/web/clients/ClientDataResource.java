package org.zimage.web.clients;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.zimage.api.removal.ClientRemoval;
import org.zimage.audit.Audited;
import org.zimage.audit.Deed;
import org.zimage.caller.Caller;
import org.zimage.task.removal.ClientRemovals;
import org.zimage.web.access.CurrentCaller;
import org.zimage.web.access.PublicAddress;

/** Removes everything of a client, for the administrator. */
@Singleton
@Path("v1/clients/{client_id}")
@Produces(MediaType.APPLICATION_JSON)
public class ClientDataResource {
  private final ClientRemovals removals;
  private final CurrentCaller caller;
  private final PublicAddress address;

  @Inject
  public ClientDataResource(ClientRemovals removals, CurrentCaller caller, PublicAddress address) {
    this.removals = removals;
    this.caller = caller;
    this.address = address;
  }

  /** @return 202: it is written down and will be done; its {@code status_url} says when it is */
  @DELETE
  @Audited(value = Deed.CLIENT_ERASE, object = "client_id")
  @Path("data")
  public Response remove(@PathParam("client_id") String client) {
    Caller administrator = caller.get();
    administrator.requireAdministrator();
    return Response.accepted(removals.request(client, administrator.actor()).below(address.prefix())).build();
  }

  /** The removals that were asked for, the newest first. */
  @GET
  @Path("removals")
  public List<ClientRemoval> removals(@PathParam("client_id") String client) {
    caller.get().requireAdministrator();
    return removals.of(client).stream().map(removal -> removal.below(address.prefix())).toList();
  }
}
