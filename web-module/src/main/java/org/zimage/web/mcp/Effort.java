package org.zimage.web.mcp;

import java.util.HashMap;
import java.util.Map;
import org.zimage.api.events.TaskSnapshot;

/**
 * How much was done for some pictures, in percent of one. It only grows, as the protocol wants: what an attempt did that
 * came to nothing counts as done, and as more to do. Used by one thread at a time.
 */
final class Effort {
  private static final int WHOLE = 100;

  private final Map<String, TaskSnapshot> latest = new HashMap<>();
  private int lost;

  /** @param task as it is now; null when nothing is known of it yet */
  void note(TaskSnapshot task) {
    TaskSnapshot before = task == null ? null : latest.get(task.status().taskId());
    if (task == null || before != null && task.isBefore(before)) {
      return;
    }
    latest.put(task.status().taskId(), task);
    int gone = before == null ? 0 : percent(before) - percent(task);
    if (gone > 0) {
      // And one for the new beginning, so that it is told
      lost += gone + 1;
    }
  }

  int done() {
    return lost + latest.values().stream().mapToInt(Effort::percent).sum();
  }

  int total(int pictures) {
    return lost + WHOLE * pictures;
  }

  private static int percent(TaskSnapshot task) {
    return task.isOver() ? WHOLE : task.status().progress();
  }
}
