package org.zimage.webhook;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.zimage.task.TaskState;

/** The names of what webhooks tell of. */
final class WebhookEvents {
  private WebhookEvents() { }

  /** The type of the event that a task's state stands for, such as {@code zimage.task.succeeded}. */
  static String type(TaskState status) {
    return "zimage.task." + word(status);
  }

  private static String word(TaskState status) {
    return switch (status) {
      case PENDING -> "submitted";
      case RUNNING -> "started";
      case SUCCESS -> "succeeded";
      case ERROR -> "failed";
      case CANCELLED -> "cancelled";
    };
  }

  /** All types. */
  static List<String> types() {
    return Stream.of(TaskState.values()).map(WebhookEvents::type).toList();
  }

  /** Reads types; those that are none are left out. */
  static Set<TaskState> parse(List<String> types) {
    Set<TaskState> events = EnumSet.noneOf(TaskState.class);
    Stream.of(TaskState.values()).filter(status -> types.contains(type(status))).forEach(events::add);
    return events;
  }
}
