package org.zimage.web.v1;

import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import org.zimage.api.lora.Loras;
import org.zimage.api.lora.Loras.Available;
import org.zimage.audit.Audited;
import org.zimage.audit.Deed;
import org.zimage.lora.upload.LoraLibrary;
import org.zimage.lora.upload.LoraUploads;
import org.zimage.web.access.CurrentCaller;

/** Lists the adapters that requests may name; the administrator uploads and deletes them. */
@Path("v1/loras")
@Produces(MediaType.APPLICATION_JSON)
public class LorasResource {
  private final LoraLibrary library;
  private final LoraUploads uploads;
  private final CurrentCaller caller;

  @Inject
  public LorasResource(LoraLibrary library, LoraUploads uploads, CurrentCaller caller) {
    this.library = library;
    this.uploads = uploads;
    this.caller = caller;
  }

  /** All of them, by their names. */
  @GET
  public Loras loras() {
    return new Loras(library.list());
  }

  /** @return 201, or 200 when the same file was there under this name */
  @POST
  @Audited(Deed.LORA_UPLOAD)
  @Consumes(MediaType.APPLICATION_OCTET_STREAM)
  public Response upload(@QueryParam("name") String name, InputStream file) throws IOException {
    caller.get().requireAdministrator();
    LoraUploads.Upload upload = uploads.accept(name, file, caller.get().actor());
    return Response.status(upload.isNew() ? Response.Status.CREATED : Response.Status.OK).entity(upload.lora()).build();
  }

  /** @return what was deleted: tasks that name it already are drawn with it */
  @DELETE
  @Audited(value = Deed.LORA_DELETE, object = "name")
  @Path("{name}")
  public Available delete(@PathParam("name") String name) {
    caller.get().requireAdministrator();
    return uploads.delete(name, caller.get().actor());
  }
}
