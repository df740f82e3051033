package org.zimage.web.openai;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityPart;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.List;
import org.zimage.audit.Audited;
import org.zimage.audit.Deed;
import org.zimage.audit.Door;
import org.zimage.error.InvalidRequest;
import org.zimage.input.Uploads;
import org.zimage.web.access.CurrentCaller;
import org.zimage.web.access.PublicAddress;

/** OpenAI's {@code POST /v1/images/edits} and {@code /v1/images/variations}: pictures that begin with a picture. */
@Path("v1/images")
@Consumes(MediaType.MULTIPART_FORM_DATA)
@Produces({MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
public class ImageEditsResource {
  private final ImageSubmission submission;
  private final CurrentCaller current;
  private final PublicAddress address;

  @Inject
  public ImageEditsResource(ImageSubmission submission, CurrentCaller current, PublicAddress address) {
    this.submission = submission;
    this.current = current;
    this.address = address;
  }

  /**
   * Makes 1 to 10 pictures of one batch from the picture in {@code image}, as {@code prompt} says, and answers when they are
   * there. No thread waits for them.
   *
   * @param idempotencyKey as that of generations
   */
  @POST
  @Audited(value = Deed.TASK_SUBMIT, door = Door.OPENAI)
  @Path("edits")
  public void edit(List<EntityPart> parts, @HeaderParam("Idempotency-Key") String idempotencyKey,
      @Context HttpServletRequest connection, @Suspended AsyncResponse answer) throws IOException {
    submit(parts, idempotencyKey, connection, answer);
  }

  /** The same for clients that give no prompt. */
  @POST
  @Audited(value = Deed.TASK_SUBMIT, door = Door.OPENAI)
  @Path("variations")
  public void vary(List<EntityPart> parts, @HeaderParam("Idempotency-Key") String idempotencyKey,
      @Context HttpServletRequest connection, @Suspended AsyncResponse answer) throws IOException {
    submit(parts, idempotencyKey, connection, answer);
  }

  private void submit(List<EntityPart> parts, String idempotencyKey, HttpServletRequest connection, AsyncResponse answer)
      throws IOException {
    try (Uploads uploads = new Uploads()) {
      ImageOrder order = ImageOrder.read(EditForm.read(parts, uploads));
      submission.submit(order, uploads, "image_edit",
          new ImageSubmission.Origin(current.get(), idempotencyKey, connection, address.withoutPath()), answer);
    } catch (InvalidRequest refused) {
      throw EditForm.inItsNames(refused);
    }
  }
}
