package org.zimage.error;

import java.util.OptionalInt;
import org.zimage.api.ErrorResponse;

/**
 * What a caller is told about a failure, by HTTP and by message alike: the one way from an exception to an answer.
 *
 * @param status of HTTP
 * @param reason a sentence for people
 * @param body an {@link ErrorResponse}, or {@link org.zimage.api.ValidationError}
 * @param retryAfterSeconds after how long it is worth to try again; empty where the same request fails again
 */
public record Answer(int status, String reason, Record body, OptionalInt retryAfterSeconds) {
  /** Something that this system needs is away, and will be back. */
  public static final Answer UNAVAILABLE = new Answer(503, "Service temporarily unavailable",
      new ErrorResponse("Service temporarily unavailable"), OptionalInt.of(5));

  private static final int INTERNAL = 500;
  private static final String INTERNAL_REASON = "Internal Server Error";

  /** @param request what was asked for, as the log calls it */
  public static Answer to(Throwable failure, String request) {
    if (failure instanceof ZImageException known) {
      return new Answer(known.status(), known.getMessage(), known.body(), known.retryAfterSeconds());
    }
    return UnstorableValue.refusal(failure, request).map(refusal -> to(refusal, request))
        .orElseGet(() -> new Answer(INTERNAL, INTERNAL_REASON, new ErrorResponse(INTERNAL_REASON), OptionalInt.empty()));
  }

  /** Whether nothing is wrong with the request: the log says what is. */
  public boolean isOurFault() {
    return status == INTERNAL;
  }
}
