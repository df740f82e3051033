package org.zimage.web.v1;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.zimage.api.lora.Loras;
import org.zimage.lora.LoraFolder;

/** Lists the adapters that requests may name. */
@Path("v1/loras")
@Produces(MediaType.APPLICATION_JSON)
public class LorasResource {
  private final LoraFolder folder;

  @Inject
  public LorasResource(LoraFolder folder) {
    this.folder = folder;
  }

  /** All of them, by their names. */
  @GET
  public Loras loras() {
    return new Loras(folder.list());
  }
}
