package org.zimage.task.lifecycle;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.zimage.task.Failure;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;

/**
 * One arrow between two states of a task, or of several tasks of one batch, as the UPDATE behind it. The UPDATE names the state that the task must be in and other
 * conditions, such as a worker's attempt, so that it changes the task completely or not at all. For one use by one thread.
 */
final class Transition {
  static final String LEASE_END =
      "clock_timestamp() + interval '" + TaskLedger.LEASE_SECONDS + " seconds'";

  private final List<TaskId> ids;
  private final TaskState from;
  private final TaskState to;
  private final StringBuilder columns;
  private final StringBuilder conditions = new StringBuilder();
  private final List<Object> values = new ArrayList<>();

  /** @throws IllegalArgumentException for a transition that {@link TaskState} does not know */
  Transition(TaskId id, TaskState from, TaskState to) {
    this(List.of(id), from, to);
  }

  /** @param ids of one batch, and one at least */
  Transition(List<TaskId> ids, TaskState from, TaskState to) {
    if (!from.mayBecome(to)) {
      throw new IllegalArgumentException("A task does not go from " + from.word() + " to " + to.word());
    }
    this.ids = List.copyOf(ids);
    this.from = from;
    this.to = to;
    columns = new StringBuilder("status = '" + to.word() + "', " + columnsOf(to));
    values.add(ids.stream().map(TaskId::value).collect(Collectors.joining(",")));
  }

  /** What ends a worker's claim: running → {@code to}, unless another attempt runs meanwhile. */
  Transition(Claim claim, TaskState to) {
    this(claim.id(), TaskState.RUNNING, to);
    where("attempt = ?", claim.attempt());
  }

  List<TaskId> ids() {
    return ids;
  }

  TaskState to() {
    return to;
  }

  /** Sets other columns too; each value is a {@code ?} in the text. */
  Transition set(String assignments, Object... values) {
    columns.append(", ").append(numbered(assignments, values));
    return this;
  }

  /** Says why the task ended without a picture. */
  Transition because(Failure failure) {
    return set("error_code = ?, error_message = ?, error_hint = ?",
        failure.code().word(), failure.message(), failure.hint());
  }

  /** Asks for more than the state; each value is a {@code ?} in the text. */
  Transition where(String condition, Object... values) {
    conditions.append(" AND ").append(numbered(condition, values));
    return this;
  }

  /** @return false when no task is, or still is, in the state that is asked for */
  boolean make(EntityManager entities) {
    Query update = entities.createNativeQuery("UPDATE image_generation_tasks SET " + columns
        + " WHERE task_id = ANY (string_to_array(?1, ',')) AND status = '" + from.word() + "'" + conditions);
    for (int i = 0; i < values.size(); i++) {
      update.setParameter(i + 1, values.get(i));
    }
    return update.executeUpdate() > 0;
  }

  private static String columnsOf(TaskState to) {
    return switch (to) {
      case PENDING -> "lease_until = NULL, dispatched_at = NULL, step = 0";
      case RUNNING -> "attempt = attempt + 1, started_at = clock_timestamp(), lease_until = " + LEASE_END + ", step = 0";
      case SUCCESS, ERROR, CANCELLED -> "lease_until = NULL, finished_at = clock_timestamp()";
    };
  }

  private String numbered(String text, Object... added) {
    String numbered = text;
    for (Object value : added) {
      values.add(value);
      numbered = numbered.replaceFirst("\\?(?!\\d)", "?" + values.size());
    }
    return numbered;
  }
}
