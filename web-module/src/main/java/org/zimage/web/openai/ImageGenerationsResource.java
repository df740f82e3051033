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
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.zimage.caller.Caller;
import org.zimage.image.ImageStore;
import org.zimage.task.TaskId;
import org.zimage.task.submission.Submission;
import org.zimage.web.access.CurrentCaller;
import org.zimage.web.access.PublicAddress;
import org.zimage.web.content.JsonBody;
import org.zimage.web.v1.GenerationRequestReader;
import org.zimage.web.waiting.Waits;
import org.zimage.web.writing.AnswerWriters;
import org.zimage.web.writing.LongAnswer;

/** OpenAI's {@code POST /v1/images/generations}: makes pictures and answers when they are there. */
@Path("v1/images/generations")
@Produces(MediaType.APPLICATION_JSON)
public class ImageGenerationsResource {
  private final Submission submission;
  private final Waits waits;
  private final ImageStore store;
  private final AnswerWriters writers;
  private final CurrentCaller current;
  private final PublicAddress address;
  private final Clock clock;

  @Inject
  public ImageGenerationsResource(Submission submission, Waits waits, ImageStore store, AnswerWriters writers,
      CurrentCaller current, PublicAddress address, Clock clock) {
    this.submission = submission;
    this.waits = waits;
    this.store = store;
    this.writers = writers;
    this.current = current;
    this.address = address;
    this.clock = clock;
  }

  /**
   * Makes 1 to 10 pictures of one batch. No thread waits for them.
   *
   * @param idempotencyKey the caller's own name for this request: sent again within a day it leads to the same
   *     pictures, and their making goes on when the caller hangs up; without it hanging up cancels them
   */
  @POST
  @JsonBody
  public void generate(InputStream body, @HeaderParam("Idempotency-Key") String idempotencyKey,
      @Context HttpServletRequest connection, @Suspended AsyncResponse answer) throws IOException {
    ImageOrder order = ImageOrder.parse(GenerationRequestReader.text(body));
    Caller caller = current.get();
    String batch = idempotencyKey == null ? UUID.randomUUID().toString() : "openai " + idempotencyKey;
    List<TaskId> tasks = submission.submit(order.requests(batch), caller, idempotencyKey);
    ImagesAnswer images = order.inline()
        ? new InlineImages(clock.instant(), store, LongAnswer.of(connection), writers)
        : new ImageAddresses(clock.instant(), address.withoutPath());
    waits.begin(tasks, caller, new ImagesCaller(answer, images, idempotencyKey == null), connection);
  }
}
