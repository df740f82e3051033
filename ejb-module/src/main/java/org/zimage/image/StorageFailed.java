package org.zimage.image;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonValue;
import java.util.OptionalInt;
import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** The image store did not take a picture. */
public class StorageFailed extends ZImageException {
  private static final long serialVersionUID = 1L;

  private static final int UNAVAILABLE = 503;
  private static final int RETRY_SECONDS = 5;

  public StorageFailed(String message, Throwable cause) {
    super(UNAVAILABLE, ErrorCode.STORAGE_FAILED, message, ErrorCode.STORAGE_FAILED.hint(), cause);
  }

  /** Paths and addresses of the store are nothing for callers. */
  @Override
  protected JsonValue detail() {
    return JSON.createValue("Service temporarily unavailable");
  }

  @Override
  protected OptionalInt retryAfterSeconds() {
    return OptionalInt.of(RETRY_SECONDS);
  }
}
