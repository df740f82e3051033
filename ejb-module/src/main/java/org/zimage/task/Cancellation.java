package org.zimage.task;

import jakarta.enterprise.context.ApplicationScoped;
import org.zimage.caller.Caller;

/** Cancels tasks: waiting ones at once, running ones before their next step. */
@ApplicationScoped
public class Cancellation {

  /**
   * Asks for the end of a task. Asking again is harmless.
   *
   * @param id any text, with or without dashes
   * @throws TaskNotFound when there is none of that name
   * @throws TaskNotAllowed when it is another client's
   */
  public CancelOutcome cancel(String id, Caller caller) {
    throw new UnsupportedOperationException("Cancellation.cancel is not built yet");
  }
}
