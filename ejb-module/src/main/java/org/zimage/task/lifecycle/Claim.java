package org.zimage.task.lifecycle;

import org.zimage.task.TaskId;

/**
 * A worker's right to make one picture. Every write names it; after the lease was lost none of them has an effect.
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
