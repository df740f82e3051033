package org.zimage.web.openai;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.inject.Inject;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.zimage.system.Workers;

/** OpenAI's {@code GET /v1/models}: the models that workers serve now. */
@Path("v1/models")
@Produces(MediaType.APPLICATION_JSON)
public class ModelsResource {
  private static final String OWNER = "z-image";

  private final Workers workers;

  @Inject
  public ModelsResource(Workers workers) {
    this.workers = workers;
  }

  /** All of them. */
  @GET
  public JsonObject models() {
    JsonArrayBuilder data = JSON.createArrayBuilder();
    workers.models().forEach(model -> data.add(json(model)));
    return JSON.createObjectBuilder().add("object", "list").add("data", data).build();
  }

  /** One of them. */
  @GET
  @Path("{model: .+}")
  public JsonObject model(@PathParam("model") String name) {
    return workers.models().stream().filter(model -> model.name().equals(name)).findFirst()
        .map(ModelsResource::json).orElseThrow(NotFoundException::new);
  }

  private static JsonObject json(Workers.Model model) {
    return JSON.createObjectBuilder().add("id", model.name()).add("object", "model")
        .add("created", model.servedSince().getEpochSecond()).add("owned_by", OWNER).build();
  }
}
