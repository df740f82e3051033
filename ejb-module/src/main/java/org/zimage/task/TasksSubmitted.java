package org.zimage.task;

import java.util.List;

/**
 * These tasks were accepted. Fired in the transaction that does it, so that what is written about them is committed with
 * them; several tasks that have nothing to do with each other may share it.
 */
public record TasksSubmitted(List<TaskChanged> tasks) {
  public TasksSubmitted {
    tasks = List.copyOf(tasks);
  }
}
