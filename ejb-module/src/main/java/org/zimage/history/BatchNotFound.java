package org.zimage.history;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** There is no such batch among those the caller may see. */
public class BatchNotFound extends ZImageException {
  public BatchNotFound() {
    super(404, ErrorCode.INVALID_REQUEST, "History batch not found");
  }
}
