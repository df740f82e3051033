package org.zimage.caller;

import java.util.OptionalInt;
import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** A client has reached one of its limits. */
public class LimitReached extends ZImageException {
  private final int retrySeconds;

  private LimitReached(String message, int retrySeconds) {
    super(429, ErrorCode.INVALID_REQUEST, message, "Try again in " + retrySeconds + " s", null);
    this.retrySeconds = retrySeconds;
  }

  /** @param most requests a minute */
  static LimitReached ofRequests(int most, int retrySeconds) {
    return new LimitReached("Too many requests: a client may send " + most + " a minute", retrySeconds);
  }

  /** @param most requests a minute with keys that nobody has listed */
  static LimitReached ofRequestsFromOneAddress(int most, int retrySeconds) {
    return new LimitReached("Too many requests: with keys that are not in API_ALLOWED_KEYS, an address may send " + most + " a minute",
        retrySeconds);
  }

  /** @param most keys a minute that nobody has listed */
  static LimitReached ofNewKeys(int most, int retrySeconds) {
    return new LimitReached("Too many new keys: of those that are not in API_ALLOWED_KEYS, " + most + " a minute are accepted",
        retrySeconds);
  }

  /** @param most unfinished tasks of all whose keys nobody has listed, at the same time */
  public static LimitReached ofTasksOfUnlistedKeys(int most, int retrySeconds) {
    return new LimitReached("Too many unfinished tasks: all keys that are not in API_ALLOWED_KEYS may have " + most
        + " at a time", retrySeconds);
  }

  /** @param most unfinished tasks at the same time */
  public static LimitReached ofUnfinishedTasks(int most, int retrySeconds) {
    return new LimitReached("Too many unfinished tasks: a client may have " + most + " at a time", retrySeconds);
  }

  @Override
  protected OptionalInt retryAfterSeconds() {
    return OptionalInt.of(retrySeconds);
  }
}
