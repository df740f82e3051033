package org.zimage.message;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.input.InputPictures;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.IdempotencyKeys;
import org.zimage.task.submission.Submission;

/**
 * Makes a message's request a task, by the same rules as HTTP, and its answer a part of the same transaction.
 * Thread-safe.
 */
@ApplicationScoped
public class Acceptance {
  private final Callers callers;
  private final InputPictures inputs;
  private final Submission submission;
  private final IdempotencyKeys idempotencyKeys;
  private final Replies replies;

  protected Acceptance() {
    this(null, null, null, null, null);
  }

  @Inject
  public Acceptance(Callers callers, InputPictures inputs, Submission submission, IdempotencyKeys idempotencyKeys, Replies replies) {
    this.callers = callers;
    this.inputs = inputs;
    this.submission = submission;
    this.idempotencyKeys = idempotencyKeys;
    this.replies = replies;
  }

  /** @throws org.zimage.error.ZImageException for everything that HTTP refuses */
  void accept(IncomingRequest request, ReturnAddress back) {
    Caller caller = callers.identify(request.authKey(), Origin.JMS);
    try {
      GenerationRequest wanted = inputs.receive(request.body().open(), caller);
      submission.submit(wanted, caller, request.idempotencyKey(), task -> replies.accepted(task, back));
    } catch (IOException noRoom) {
      throw new UncheckedIOException("A request's pictures could not be kept while they were read", noRoom);
    }
  }

  /**
   * Whether it is a task already: this process, or another, died before it could acknowledge the message.
   *
   * @throws org.zimage.error.ZImageException for a key that is none
   */
  @Transactional
  boolean wasAccepted(IncomingRequest request) {
    return request.idempotencyKey() != null
        && idempotencyKeys.isKnown(callers.identify(request.authKey(), Origin.JMS).clientId(), request.idempotencyKey());
  }
}
