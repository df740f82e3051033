package org.zimage.image;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** The image store did not take a picture. */
public class StorageFailed extends ZImageException {
  private static final long serialVersionUID = 1L;

  public StorageFailed(String message, Throwable cause) {
    super(ErrorCode.STORAGE_FAILED, message, cause);
  }
}
