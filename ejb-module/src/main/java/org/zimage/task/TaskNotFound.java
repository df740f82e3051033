package org.zimage.task;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** There is no task of that name. */
public class TaskNotFound extends ZImageException {
  private static final long serialVersionUID = 1L;

  public TaskNotFound() {
    super(404, ErrorCode.INVALID_REQUEST, "Task not found");
  }
}
