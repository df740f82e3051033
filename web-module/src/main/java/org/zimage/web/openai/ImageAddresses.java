package org.zimage.web.openai;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonArrayBuilder;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import org.zimage.task.view.TaskView;

/**
 * The pictures' addresses.
 *
 * @param created when the pictures were asked for
 * @param base what stands before the path of an address
 */
record ImageAddresses(Instant created, String base) implements ImagesAnswer {
  @Override
  public Response of(List<TaskView.Result> pictures) {
    JsonArrayBuilder data = JSON.createArrayBuilder();
    pictures.forEach(picture -> data.add(
        JSON.createObjectBuilder().add("url", base + "/generated-images/" + picture.relativePath())));
    return Response.ok(JSON.createObjectBuilder().add("created", created.getEpochSecond()).add("data", data).build(),
        MediaType.APPLICATION_JSON_TYPE).build();
  }
}
