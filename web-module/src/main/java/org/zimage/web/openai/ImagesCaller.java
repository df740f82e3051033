package org.zimage.web.openai;

import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.zimage.api.GenerationResult;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.events.TaskSnapshot;
import org.zimage.task.TaskId;
import org.zimage.web.waiting.WaitingCaller;
import org.zimage.web.waiting.Waits;

/**
 * A client of OpenAI's API that waits for pictures. Owns the suspended answer.
 *
 * @param images the response with the pictures, in the given order; may throw {@link org.zimage.image.StorageFailed}
 */
record ImagesCaller(AsyncResponse answer, Function<List<GenerationResult>, Response> images, boolean isCancelledByLeaving)
    implements WaitingCaller {
  /** OpenAI's clients send a request again after 409 and 5xx; here that would only make the same thing fail again. */
  private static final String NO_RETRY = "x-should-retry";

  @Override
  public void ended(List<TaskSnapshot> tasks) {
    Optional<TaskStatusResponse> failed = tasks.stream().map(TaskSnapshot::status)
        .filter(task -> task.status() != TaskStatus.SUCCESS).findFirst();
    if (failed.isPresent()) {
      refuse(failure(failed.get()));
      return;
    }
    List<GenerationResult> pictures = tasks.stream().map(task -> task.status().result()).toList();
    try {
      answer.resume(images.apply(pictures));
    } catch (RuntimeException failure) {
      // The store's, most likely; whatever it is, nobody else would ever answer
      answer.resume(failure);
    }
  }

  @Override
  public void deleted(TaskId task) {
    refuse(deletion(task));
  }

  static OpenAiError deletion(TaskId task) {
    return new OpenAiError(409, "invalid_request_error", null, "deleted", "Task " + task + " was deleted while it was made");
  }

  @Override
  public void tooLate() {
    refuse(lateness());
  }

  static OpenAiError lateness() {
    return new OpenAiError(504, "server_error", null, "timeout",
        "The pictures were not made within " + Waits.LONGEST.toMinutes() + " minutes and were cancelled");
  }

  /** Nobody reads this answer, but the container gets its connection back. */
  @Override
  public void left() {
    answer.cancel();
  }

  private void refuse(OpenAiError error) {
    answer.resume(Response.status(error.status()).type(MediaType.APPLICATION_JSON_TYPE).header(NO_RETRY, "false")
        .entity(error.body()).build());
  }

  static OpenAiError failure(TaskStatusResponse end) {
    boolean cancelled = end.status() == TaskStatus.REVOKED;
    return new OpenAiError(cancelled ? 409 : 500, cancelled ? "invalid_request_error" : "server_error", null,
        end.errorCode(), end.error() + ". " + end.errorHint());
  }
}
