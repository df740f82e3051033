package org.zimage.progress;

/** Is called when a task has changed. What the call does not say is read from {@link org.zimage.task.view.Tasks}. */
@FunctionalInterface
public interface ProgressListener {
  /** Called on the board's own thread, in the order of the changes: return soon. */
  void changed(TaskChange change);
}
