package org.zimage.task;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** There is no task of that name. */
public class TaskNotFound extends ZImageException {
  public TaskNotFound() {
    super(404, ErrorCode.INVALID_REQUEST, "Task not found");
  }
}
