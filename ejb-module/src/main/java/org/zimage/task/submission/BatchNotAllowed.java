package org.zimage.task.submission;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** The named batch belongs to another client. */
public class BatchNotAllowed extends ZImageException {
  public BatchNotAllowed() {
    super(403, ErrorCode.INVALID_REQUEST, "Not allowed to use this batch");
  }
}
