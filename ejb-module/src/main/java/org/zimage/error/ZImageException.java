package org.zimage.error;

/**
 * The root of every failure that a caller is told about. The message is the text that callers see; code and hint go
 * beside it. Each protocol maps this type in one place.
 */
public class ZImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String hint;

  public ZImageException(ErrorCode code, String message) {
    this(code, message, code.hint(), null);
  }

  public ZImageException(ErrorCode code, String message, Throwable cause) {
    this(code, message, code.hint(), cause);
  }

  public ZImageException(ErrorCode code, String message, String hint, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.hint = hint;
  }

  public ErrorCode code() {
    return code;
  }

  /** What the caller can do about it. */
  public String hint() {
    return hint;
  }
}
