package org.zimage.image;

import java.util.OptionalInt;
import org.zimage.error.Answer;
import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** The image store did not take a picture. */
public class StorageFailed extends ZImageException {
  private static final long serialVersionUID = 1L;

  public StorageFailed(String message, Throwable cause) {
    super(Answer.UNAVAILABLE.status(), ErrorCode.STORAGE_FAILED, message, ErrorCode.STORAGE_FAILED.hint(), cause);
  }

  /** Paths and addresses of the store are nothing for callers. */
  @Override
  protected Record body() {
    return Answer.UNAVAILABLE.body();
  }

  @Override
  protected OptionalInt retryAfterSeconds() {
    return Answer.UNAVAILABLE.retryAfterSeconds();
  }
}
