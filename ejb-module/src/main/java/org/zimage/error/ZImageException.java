package org.zimage.error;

import java.util.OptionalInt;
import org.zimage.api.ErrorResponse;

/**
 * The root of every failure that a caller is told about. Each knows its status of HTTP, which messages and OpenAI's routes
 * use too; {@link Answer} is the one place where it becomes an answer.
 */
public abstract class ZImageException extends RuntimeException {
  private final int status;
  private final ErrorCode code;
  private final String hint;

  /**
   * @param status of HTTP
   * @param message what callers see
   */
  protected ZImageException(int status, ErrorCode code, String message) {
    this(status, code, message, code.hint(), null);
  }

  /** @param hint what the caller can do about it; null for nothing */
  protected ZImageException(int status, ErrorCode code, String message, String hint, Throwable cause) {
    super(message, cause);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }

  /** The status of HTTP. */
  public int status() {
    return status;
  }

  public ErrorCode code() {
    return code;
  }

  /** What the caller can do about it. */
  public String hint() {
    return hint;
  }

  /** Of the answer. */
  protected Record body() {
    return new ErrorResponse(getMessage());
  }

  /** After how many seconds it is worth to try again; empty where the same request fails again. */
  protected OptionalInt retryAfterSeconds() {
    return OptionalInt.empty();
  }
}
