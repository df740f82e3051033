package org.zimage.progress;

/**
 * Hears that something changed about a task; what is not told here is to be read from {@link org.zimage.task.view.Tasks}.
 */
@FunctionalInterface
public interface ProgressListener {
  /** Called on the board's own thread, in the order of the changes: return soon. */
  void changed(TaskChange change);
}
