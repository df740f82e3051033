package org.zimage.web.openai;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import org.zimage.api.GenerationResult;

/**
 * The pictures' addresses.
 *
 * @param created when the pictures were asked for
 * @param base what stands before the path of an address
 */
record ImageAddresses(Instant created, String base) implements ImagesAnswer {
  @Override
  public Response of(List<GenerationResult> pictures) {
    List<ImagesResponse.Image> data = pictures.stream()
        .map(picture -> new ImagesResponse.Image(base + "/generated-images/" + picture.relativePath(), null)).toList();
    return Response.ok(new ImagesResponse(created.getEpochSecond(), null, data), MediaType.APPLICATION_JSON_TYPE).build();
  }
}
