package org.zimage.progress;

import org.zimage.task.TaskId;

/** Hears that something changed about a task; what it is now is to be read from {@link org.zimage.task.Tasks}. */
@FunctionalInterface
public interface ProgressListener {
  /** Called on the board's own thread: return soon. */
  void changed(TaskId id);
}
