package org.zimage.task;

import jakarta.enterprise.context.ApplicationScoped;
import org.zimage.caller.Caller;

/** Accepts requests: when it returns, the batch and the task are committed. */
@ApplicationScoped
public class Submission {

  /**
   * Accepts a request as a task.
   *
   * @param idempotencyKey the caller's own name for this request; the same one within 24 hours returns the first task; null
   *     for none
   * @throws BatchNotAllowed when the request names another client's batch
   * @throws InvalidRequest when the idempotency key was used for another request
   */
  public TaskId submit(GenerationRequest request, Caller caller, String idempotencyKey) {
    throw new UnsupportedOperationException("Submission.submit is not built yet");
  }
}
