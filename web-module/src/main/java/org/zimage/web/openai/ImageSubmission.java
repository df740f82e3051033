package org.zimage.web.openai;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.zimage.api.GenerationResult;
import org.zimage.caller.Caller;
import org.zimage.image.ImageStore;
import org.zimage.input.InputPictures;
import org.zimage.input.Uploads;
import org.zimage.task.TaskId;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;
import org.zimage.web.access.CurrentCaller;
import org.zimage.web.access.PublicAddress;
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
  private final CurrentCaller current;
  private final PublicAddress address;

  protected ImageSubmission() {
    this(null, null, null, null, null, null, null, null);
  }

  @Inject
  public ImageSubmission(InputPictures inputs, Submission submission, Waits waits, ImageStore store, AnswerWriters writers,
      Clock clock, CurrentCaller current, PublicAddress address) {
    this.inputs = inputs;
    this.submission = submission;
    this.waits = waits;
    this.store = store;
    this.writers = writers;
    this.clock = clock;
    this.current = current;
    this.address = address;
  }

  /**
   * Submits an order of the present caller.
   *
   * @param uploads the files that came with it
   * @param kind what a stream's events are called by: {@code image_generation} or {@code image_edit}
   * @param idempotencyKey the caller's own name for this request: sent again within a day it leads to the same pictures, and
   *     their making goes on when the caller hangs up; null: hanging up cancels them
   * @throws org.zimage.error.ZImageException when a field is wrong, or the caller may not have more pictures at the moment
   */
  void submit(ImageOrder order, Uploads uploads, String kind, String idempotencyKey, HttpServletRequest connection,
      AsyncResponse answer) {
    Caller owner = current.get();
    GenerationRequest one = inputs.keep(order.one(), uploads, owner);
    boolean isCancelledByLeaving = idempotencyKey == null;
    String batch = isCancelledByLeaving ? UUID.randomUUID().toString() : "openai " + idempotencyKey;
    List<TaskId> tasks = submission.submit(one.asBatch(batch, order.count()), owner, idempotencyKey);
    connection.setAttribute(RefusalFilter.DONE, true);
    Instant created = clock.instant();
    WaitingCaller caller;
    if (order.isStreamed()) {
      LongAnswer body = LongAnswer.of(connection);
      caller = new ImagesStream(kind, order.partialImages(), isCancelledByLeaving, created, store, body, writers);
      answer.resume(Response.ok(body.entity(() -> { }), MediaType.SERVER_SENT_EVENTS_TYPE).build());
    } else {
      caller = new ImagesCaller(answer, images(order.inline(), created), isCancelledByLeaving);
    }
    waits.begin(tasks, owner, caller, connection);
  }

  private Function<List<GenerationResult>, Response> images(boolean isInline, Instant created) {
    // Asked now: when the pictures are there, no request is present
    String base = address.withoutPath();
    return isInline ? pictures -> inline(created, pictures) : pictures -> addresses(created, pictures, base);
  }

  private static Response addresses(Instant created, List<GenerationResult> pictures, String base) {
    List<ImagesResponse.Image> data = pictures.stream()
        .map(picture -> new ImagesResponse.Image(base + "/generated-images/" + picture.relativePath(), null)).toList();
    return Response.ok(new ImagesResponse(created.getEpochSecond(), null, data), MediaType.APPLICATION_JSON_TYPE).build();
  }

  /**
   * The pictures themselves, as base64. Written as fast as the caller reads: ten large pictures would not fit into the
   * memory of many callers at once, and nobody waits for one who reads slowly.
   */
  private Response inline(Instant created, List<GenerationResult> pictures) {
    InlinePieces pieces = InlinePieces.ofBody(created, InlinePieces.find(pictures, store));
    // With its length, a body that breaks off is not taken for a whole one
    return Response.ok(pieces, MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CONTENT_LENGTH, pieces.length()).build();
  }
}
