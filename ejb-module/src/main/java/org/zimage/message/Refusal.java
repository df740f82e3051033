package org.zimage.message;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Optional;
import org.zimage.caller.KeyMissing;
import org.zimage.caller.KeyNotAllowed;
import org.zimage.caller.LimitReached;
import org.zimage.error.InvalidRequest;
import org.zimage.error.ZImageException;
import org.zimage.request.UnstorableValue;
import org.zimage.task.submission.BatchNotAllowed;

/**
 * Why a message is not a task: the only place where a failure becomes an answer by message, with the status and the
 * body that HTTP has for it.
 *
 * @param reason a sentence for people
 * @param detail what stands under {@code detail} in the body
 */
record Refusal(int status, String reason, JsonValue detail) {
  private static final int UNPROCESSABLE = 422;
  private static final int INTERNAL = 500;

  static Refusal of(Throwable failure) {
    if (failure instanceof InvalidRequest invalid) {
      return new Refusal(UNPROCESSABLE, invalid.getMessage(), invalid.toJson());
    }
    Optional<InvalidRequest> unstorable = UnstorableValue.refusal(failure, "A request of " + Requests.QUEUE);
    if (unstorable.isPresent()) {
      return of(unstorable.get());
    }
    if (failure instanceof UnreadableMessage unreadable) {
      return sentence(unreadable.status(), unreadable.getMessage());
    }
    if (failure instanceof KeyMissing) {
      return sentence(401, failure.getMessage());
    }
    if (failure instanceof KeyNotAllowed || failure instanceof BatchNotAllowed) {
      return sentence(403, failure.getMessage());
    }
    if (failure instanceof LimitReached limit) {
      return sentence(429, limit.getMessage());
    }
    return sentence(INTERNAL, failure instanceof ZImageException ? failure.getMessage() : "Internal Server Error");
  }

  boolean isOurFault() {
    return status == INTERNAL;
  }

  /** {@code {"detail": …}}. */
  JsonObject body() {
    return JSON.createObjectBuilder().add("detail", detail).build();
  }

  private static Refusal sentence(int status, String reason) {
    return new Refusal(status, reason, JSON.createValue(reason));
  }
}
