package org.zimage.web.openai;

import jakarta.inject.Inject;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.stream.Stream;
import org.zimage.api.model.ModelDefaults;
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

  /** OpenAI's list. */
  public record ModelList(String object, List<Model> data) { }

  /**
   * OpenAI's model.
   *
   * @param created when a worker was started that serves it, in seconds since 1970
   * @param defaults what it takes for fields that a request leaves out, which OpenAI's models do not tell; null for none of its own
   */
  public record Model(String id, String object, long created, @JsonbProperty("owned_by") String owner,
      @JsonbNillable(false) ModelDefaults defaults) { }

  /** All of them. */
  @GET
  public ModelList models() {
    return new ModelList("list", all().toList());
  }

  /** One of them. */
  @GET
  @Path("{model: .+}")
  public Model model(@PathParam("model") String name) {
    return all().filter(model -> model.id().equals(name)).findFirst().orElseThrow(NotFoundException::new);
  }

  private Stream<Model> all() {
    return workers.served().models().stream()
        .map(model -> new Model(model.name(), "model", model.servedSince().getEpochSecond(), OWNER,
            model.defaults().isEmpty() ? null : model.defaults()));
  }
}
