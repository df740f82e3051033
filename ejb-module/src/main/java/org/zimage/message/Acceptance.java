package org.zimage.message;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.zimage.caller.Callers;
import org.zimage.request.JsonText;
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
  private final Submission submission;
  private final IdempotencyKeys idempotencyKeys;
  private final Replies replies;

  protected Acceptance() {
    this(null, null, null, null);
  }

  @Inject
  public Acceptance(Callers callers, Submission submission, IdempotencyKeys idempotencyKeys, Replies replies) {
    this.callers = callers;
    this.submission = submission;
    this.idempotencyKeys = idempotencyKeys;
    this.replies = replies;
  }

  /** @throws org.zimage.error.ZImageException for everything that HTTP refuses */
  void accept(IncomingRequest request, ReturnAddress back) {
    GenerationRequest wanted = GenerationRequest.parse(JsonText.decode(request.body()));
    submission.submit(wanted, callers.identify(request.authKey()), request.idempotencyKey(),
        task -> replies.accepted(task, back));
  }

  /**
   * Whether it is a task already: this process, or another, died before it could acknowledge the message.
   *
   * @throws org.zimage.error.ZImageException for a key that is none
   */
  @Transactional
  boolean wasAccepted(IncomingRequest request) {
    return request.idempotencyKey() != null
        && idempotencyKeys.isKnown(callers.identify(request.authKey()).clientId(), request.idempotencyKey());
  }
}
