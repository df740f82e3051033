package org.zimage.caller;

import org.zimage.task.ErrorCode;
import org.zimage.task.ZImageException;

/** A client wants more than it may have at the moment. */
public class LimitReached extends ZImageException {
  private static final long serialVersionUID = 1L;

  private final int retrySeconds;

  private LimitReached(String message, int retrySeconds) {
    super(ErrorCode.INVALID_REQUEST, message, "Try again in " + retrySeconds + " s", null);
    this.retrySeconds = retrySeconds;
  }

  /** @param most requests a minute */
  static LimitReached ofRequests(int most, int retrySeconds) {
    return new LimitReached("Too many requests: a client may send " + most + " a minute", retrySeconds);
  }

  /** @param most unfinished tasks at the same time */
  public static LimitReached ofUnfinishedTasks(int most, int retrySeconds) {
    return new LimitReached("Too many unfinished tasks: a client may have " + most + " at a time", retrySeconds);
  }

  /** After how long it is worth to try again. */
  public int retrySeconds() {
    return retrySeconds;
  }
}
