package org.zimage.task;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** There is no task of that name (HTTP: 404). */
public class TaskNotFound extends ZImageException {
  private static final long serialVersionUID = 1L;

  public TaskNotFound() {
    super(ErrorCode.INVALID_REQUEST, "Task not found");
  }
}
