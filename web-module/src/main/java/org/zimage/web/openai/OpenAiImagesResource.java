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
import java.io.InputStream;
import java.util.List;
import org.zimage.audit.Audited;
import org.zimage.audit.Deed;
import org.zimage.audit.Door;
import org.zimage.error.InvalidRequest;
import org.zimage.input.PictureFields;
import org.zimage.input.Uploads;
import org.zimage.web.content.JsonBody;

/** OpenAI's routes that make pictures and answer when they are there. No thread waits for them. */
@Path("v1/images")
@Produces({MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
public class OpenAiImagesResource {
  private final ImageSubmission submission;

  @Inject
  public OpenAiImagesResource(ImageSubmission submission) {
    this.submission = submission;
  }

  /**
   * Makes 1 to 10 pictures of one batch.
   *
   * @param idempotencyKey the caller's own name for this request: sent again within a day it leads to the same
   *     pictures, and their making goes on when the caller hangs up; without it hanging up cancels them
   */
  @POST
  @Audited(value = Deed.TASK_SUBMIT, door = Door.OPENAI)
  @JsonBody
  @Path("generations")
  public void generate(InputStream body, @HeaderParam("Idempotency-Key") String idempotencyKey,
      @Context HttpServletRequest connection, @Suspended AsyncResponse answer) throws IOException {
    try (Uploads uploads = new Uploads()) {
      ImageOrder order = ImageOrder.of(PictureFields.read(body, 1, uploads));
      submission.submit(order, uploads, "image_generation", idempotencyKey, connection, answer);
    }
  }

  /**
   * Makes 1 to 10 pictures of one batch from the picture in {@code image}, as {@code prompt} says.
   *
   * @param idempotencyKey as that of generations
   */
  @POST
  @Audited(value = Deed.TASK_SUBMIT, door = Door.OPENAI)
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Path("edits")
  public void edit(List<EntityPart> parts, @HeaderParam("Idempotency-Key") String idempotencyKey,
      @Context HttpServletRequest connection, @Suspended AsyncResponse answer) throws IOException {
    try (Uploads uploads = new Uploads()) {
      ImageOrder order = ImageOrder.read(EditForm.read(parts, uploads));
      submission.submit(order, uploads, "image_edit", idempotencyKey, connection, answer);
    } catch (InvalidRequest refused) {
      throw EditForm.inItsNames(refused);
    }
  }

  /** The same for clients that give no prompt. */
  @POST
  @Audited(value = Deed.TASK_SUBMIT, door = Door.OPENAI)
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Path("variations")
  public void vary(List<EntityPart> parts, @HeaderParam("Idempotency-Key") String idempotencyKey,
      @Context HttpServletRequest connection, @Suspended AsyncResponse answer) throws IOException {
    edit(parts, idempotencyKey, connection, answer);
  }
}
