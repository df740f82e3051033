package org.zimage.web.v1;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Locale;
import java.util.stream.Stream;
import org.zimage.image.StoredImage;
import org.zimage.input.InputPictures;
import org.zimage.input.InputPictures.Kind;
import org.zimage.web.access.CurrentCaller;

/** The pictures that a task begins with, for its owner alone. */
@Path("v1/tasks/{task_id}/inputs/{name}")
public class TaskInputsResource {
  private final InputPictures inputs;
  private final CurrentCaller caller;

  @Inject
  public TaskInputsResource(InputPictures inputs, CurrentCaller caller) {
    this.inputs = inputs;
    this.caller = caller;
  }

  /** @param name {@code image} or {@code mask_image} */
  @GET
  @Produces("image/png")
  public Response input(@PathParam("task_id") String id, @PathParam("name") String name) {
    Kind kind = Stream.of(Kind.values()).filter(known -> known.name().toLowerCase(Locale.ROOT).equals(name)).findFirst()
        .orElseThrow(NotFoundException::new);
    StoredImage picture = inputs.find(id, kind, caller.get()).orElseThrow(NotFoundException::new);
    InputStream content = picture.open();
    return Response.ok(content).header(HttpHeaders.CONTENT_LENGTH, picture.length())
        .header(HttpHeaders.CACHE_CONTROL, "private, max-age=3600").build();
  }
}
