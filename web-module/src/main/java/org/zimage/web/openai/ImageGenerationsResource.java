package org.zimage.web.openai;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import org.zimage.audit.Audited;
import org.zimage.audit.Deed;
import org.zimage.audit.Door;
import org.zimage.input.PictureFields;
import org.zimage.input.Uploads;
import org.zimage.web.access.CurrentCaller;
import org.zimage.web.access.PublicAddress;
import org.zimage.web.content.JsonBody;

/** OpenAI's {@code POST /v1/images/generations}: makes pictures and answers when they are there. */
@Path("v1/images/generations")
@Produces({MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
public class ImageGenerationsResource {
  private final ImageSubmission submission;
  private final CurrentCaller current;
  private final PublicAddress address;

  @Inject
  public ImageGenerationsResource(ImageSubmission submission, CurrentCaller current, PublicAddress address) {
    this.submission = submission;
    this.current = current;
    this.address = address;
  }

  /**
   * Makes 1 to 10 pictures of one batch. No thread waits for them.
   *
   * @param idempotencyKey the caller's own name for this request: sent again within a day it leads to the same
   *     pictures, and their making goes on when the caller hangs up; without it hanging up cancels them
   */
  @POST
  @Audited(value = Deed.TASK_SUBMIT, door = Door.OPENAI)
  @JsonBody
  public void generate(InputStream body, @HeaderParam("Idempotency-Key") String idempotencyKey,
      @Context HttpServletRequest connection, @Suspended AsyncResponse answer) throws IOException {
    try (Uploads uploads = new Uploads()) {
      ImageOrder order = ImageOrder.of(PictureFields.read(body, 1, uploads));
      submission.submit(order, uploads, "image_generation",
          new ImageSubmission.Origin(current.get(), idempotencyKey, connection, address.withoutPath()), answer);
    }
  }
}
