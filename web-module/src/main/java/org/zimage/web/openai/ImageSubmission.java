package org.zimage.web.openai;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.zimage.caller.Caller;
import org.zimage.image.ImageStore;
import org.zimage.input.InputPictures;
import org.zimage.input.Uploads;
import org.zimage.task.TaskId;
import org.zimage.task.submission.Submission;
import org.zimage.web.audit.RefusalFilter;
import org.zimage.web.waiting.WaitingCaller;
import org.zimage.web.waiting.Waits;
import org.zimage.web.writing.AnswerWriters;
import org.zimage.web.writing.LongAnswer;

/** Has the pictures of an order made, and lets its caller wait for them without a thread. Thread-safe. */
@ApplicationScoped
public class ImageSubmission {
  private final InputPictures inputs;
  private final Submission submission;
  private final Waits waits;
  private final ImageStore store;
  private final AnswerWriters writers;
  private final Clock clock;

  protected ImageSubmission() {
    this(null, null, null, null, null, null);
  }

  @Inject
  public ImageSubmission(InputPictures inputs, Submission submission, Waits waits, ImageStore store, AnswerWriters writers,
      Clock clock) {
    this.inputs = inputs;
    this.submission = submission;
    this.waits = waits;
    this.store = store;
    this.writers = writers;
    this.clock = clock;
  }

  /**
   * Where an order comes from.
   *
   * @param idempotencyKey the caller's own name for this request: sent again within a day it leads to the same pictures, and
   *     their making goes on when the caller hangs up; null: hanging up cancels them
   * @param address what stands before the path of a picture's address
   */
  record Origin(Caller caller, String idempotencyKey, HttpServletRequest connection, String address) { }

  /**
   * Submits an order.
   *
   * @param uploads the files that came with it
   * @param kind what a stream's events are called by: {@code image_generation} or {@code image_edit}
   * @throws org.zimage.error.ZImageException when a field is wrong, or the caller may not have more pictures at the moment
   */
  void submit(ImageOrder order, Uploads uploads, String kind, Origin origin, AsyncResponse answer) {
    ImageOrder kept = order.with(inputs.keep(order.one(), uploads, origin.caller()));
    boolean isCancelledByLeaving = origin.idempotencyKey() == null;
    String batch = isCancelledByLeaving ? UUID.randomUUID().toString() : "openai " + origin.idempotencyKey();
    List<TaskId> tasks = submission.submit(kept.requests(batch), origin.caller(), origin.idempotencyKey());
    origin.connection().setAttribute(RefusalFilter.DONE, true);
    LongAnswer body = LongAnswer.of(origin.connection());
    WaitingCaller caller;
    if (order.isStreamed()) {
      caller = new ImagesStream(kind, order.partialImages(), isCancelledByLeaving, clock.instant(), store, body, writers);
      answer.resume(Response.ok(body.entity(() -> { }), MediaType.SERVER_SENT_EVENTS_TYPE).build());
    } else {
      ImagesAnswer images = order.inline() ? new InlineImages(clock.instant(), store, body, writers)
          : new ImageAddresses(clock.instant(), origin.address());
      caller = new ImagesCaller(answer, images, isCancelledByLeaving);
    }
    waits.begin(tasks, origin.caller(), caller, origin.connection());
  }
}
