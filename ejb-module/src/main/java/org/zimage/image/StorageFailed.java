package org.zimage.image;

import java.util.OptionalInt;
import org.zimage.error.Answer;
import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** The image store could not store, read or remove a picture. */
public class StorageFailed extends ZImageException {
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
