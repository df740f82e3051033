package org.zimage.webhook;

import java.net.URI;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.zimage.task.TaskStatus;

/**
 * Where a client wants to be called about a task, and about which events.
 *
 * @param url http or https, without user, password and fragment
 * @param events the states to be told of
 */
public record Webhook(URI url, Set<TaskStatus> events) {
  /** The three ends: what is told of where nothing else is said. */
  public static final Set<TaskStatus> ENDS =
      Collections.unmodifiableSet(EnumSet.of(TaskStatus.SUCCESS, TaskStatus.ERROR, TaskStatus.CANCELLED));
}
