package org.zimage.webhook;

import java.net.URI;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.zimage.task.TaskState;

/**
 * Where a client wants to hear of a task, and of what.
 *
 * @param url http or https, without user, password and fragment
 * @param events the states to be told of
 */
public record Webhook(URI url, Set<TaskState> events) {
  /** The three ends: what is told of where nothing else is said. */
  public static final Set<TaskState> ENDS =
      Collections.unmodifiableSet(EnumSet.of(TaskState.SUCCESS, TaskState.ERROR, TaskState.CANCELLED));

  /** The names of the events. */
  public List<String> types() {
    return Stream.of(TaskState.values()).filter(events::contains).map(WebhookEvents::type).toList();
  }
}
