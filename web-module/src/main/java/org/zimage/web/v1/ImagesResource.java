package org.zimage.web.v1;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import org.zimage.api.GenerateImageResponse;
import org.zimage.audit.Audited;
import org.zimage.audit.Deed;
import org.zimage.input.InputPictures;
import org.zimage.task.TaskId;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;
import org.zimage.web.access.CurrentCaller;
import org.zimage.web.access.PublicAddress;
import org.zimage.web.content.JsonBody;

/** Asks for pictures. */
@Singleton
@Path("v1/images")
@Produces(MediaType.APPLICATION_JSON)
public class ImagesResource {
  private final InputPictures inputs;
  private final Submission submission;
  private final CurrentCaller caller;
  private final PublicAddress address;

  @Inject
  public ImagesResource(InputPictures inputs, Submission submission, CurrentCaller caller, PublicAddress address) {
    this.inputs = inputs;
    this.submission = submission;
    this.caller = caller;
    this.address = address;
  }

  /**
   * Accepts a request; the task is committed before the answer.
   *
   * @param idempotencyKey the caller's own name for this request; the same one again leads to the first task
   */
  @POST
  @Audited(Deed.TASK_SUBMIT)
  @JsonBody
  @Path("generate")
  public GenerateImageResponse generate(InputStream body, @HeaderParam("Idempotency-Key") String idempotencyKey)
      throws IOException {
    GenerationRequest request = inputs.receive(body, caller.get());
    TaskId task = submission.submit(request, caller.get(), idempotencyKey);
    return new GenerateImageResponse(task.value(), address.prefix() + "/v1/tasks/" + task, null);
  }
}
