package org.zimage.task;

import java.util.List;

/**
 * Tasks of one batch have changed their status, most often a single one. Fired in the transaction of the change, so that what observers
 * write is committed with it.
 */
public record TasksChanged(List<Change> tasks) {
  /**
   * What has become of a task.
   *
   * @param task as it is after the change
   * @param client whose task it is; null for nobody's
   */
  public record Change(GenerationTask task, String client) { }
}
