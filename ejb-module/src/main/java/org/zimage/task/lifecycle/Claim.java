package org.zimage.task.lifecycle;

import org.zimage.task.TaskId;

/**
 * A worker's right to make one picture. Every write of the worker names its claim. After the lease is lost, such writes change nothing.
 *
 * @param id the task
 * @param attempt the number of this claim
 */
public record Claim(TaskId id, int attempt) {
  @Override
  public String toString() {
    return id + " (attempt " + attempt + ")";
  }
}
