package org.zimage.task;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** The task belongs to another client. */
public class TaskNotAllowed extends ZImageException {
  public TaskNotAllowed() {
    super(403, ErrorCode.INVALID_REQUEST, "Not allowed to access this task");
  }
}
