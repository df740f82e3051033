package org.zimage.task.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.zimage.api.CancelTaskResponse;
import org.zimage.api.TaskStatus;
import org.zimage.audit.Audit;
import org.zimage.audit.AuditRecord;
import org.zimage.audit.Deed;
import org.zimage.audit.Refusals;
import org.zimage.caller.Caller;
import org.zimage.task.CancellationRequested;
import org.zimage.task.TaskId;
import org.zimage.task.TaskNotAllowed;
import org.zimage.task.TaskNotFound;
import org.zimage.task.TaskState;
import org.zimage.task.view.TaskRow;
import org.zimage.task.view.Tasks;

/** Cancels tasks: waiting ones at once, running ones before their next step. Thread-safe. */
@ApplicationScoped
public class Cancellation {
  private static final String TAKEN = "CANCELLED";
  private static final int TOGETHER = 500;

  private final Tasks tasks;
  private final TaskLedger ledger;
  private final Event<CancellationRequested> requested;
  private final Audit audit;
  private final Refusals refusals;

  protected Cancellation() {
    this(null, null, null, null, null);
  }

  @Inject
  public Cancellation(Tasks tasks, TaskLedger ledger, Event<CancellationRequested> requested, Audit audit,
      Refusals refusals) {
    this.tasks = tasks;
    this.ledger = ledger;
    this.requested = requested;
    this.audit = audit;
    this.refusals = refusals;
  }

  /**
   * Asks for the end of a task. Asking again is harmless.
   *
   * @param id any text, with or without dashes
   * @throws TaskNotFound when there is none of that name
   * @throws TaskNotAllowed when it is another client's
   */
  @Transactional
  public CancelTaskResponse cancel(String id, Caller caller) {
    TaskRow task = tasks.read(id, caller);
    CancelTaskResponse answer = switch (task.status()) {
      case SUCCESS, ERROR, CANCELLED -> alreadyOver(task.taskId(), task.status());
      case PENDING, RUNNING -> stop(new TaskId(task.taskId()));
    };
    if (answer.status().equals(TAKEN)) {
      audit.record(AuditRecord.done(Deed.TASK_CANCEL, caller.actor(), task.taskId()));
    } else if (refusals.hasRoomForUnchanged(caller.actor())) {
      audit.record(AuditRecord.unchanged(Deed.TASK_CANCEL, caller.actor(), task.taskId()));
    }
    return answer;
  }

  /** The task may be taken, given back or finished while we try; so every state is tried until one answers. */
  private CancelTaskResponse stop(TaskId id) {
    while (true) {
      if (ledger.cancelWaiting(id)) {
        requested.fire(new CancellationRequested(id, TaskState.CANCELLED));
        return new CancelTaskResponse(id.value(), TAKEN, "Cancellation requested");
      }
      if (ledger.requestCancel(id)) {
        requested.fire(new CancellationRequested(id, TaskState.RUNNING));
        return new CancelTaskResponse(id.value(), TAKEN, "Cancellation requested");
      }
      TaskState status = ledger.status(id).orElseThrow(TaskNotFound::new);
      if (status.isFinal()) {
        return alreadyOver(id.value(), status);
      }
    }
  }

  /**
   * Cancels unfinished tasks of a batch, {@value #TOGETHER} at most: they are in memory then, with their prompts and metadata, and
   * whoever needs the batch waits for the end of this transaction.
   *
   * @param batch locked by the caller
   * @return whether there may be more of them
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public boolean cancelSome(UUID batch) {
    Map<TaskState, List<TaskId>> cancelled = ledger.cancelSome(batch, TOGETHER);
    // A running task's worker finds its lease lost; the wish on the board is faster
    cancelled.getOrDefault(TaskState.RUNNING, List.of())
        .forEach(task -> requested.fire(new CancellationRequested(task, TaskState.RUNNING)));
    return cancelled.values().stream().mapToInt(List::size).sum() == TOGETHER;
  }

  private static CancelTaskResponse alreadyOver(String id, TaskState status) {
    return switch (status) {
      case SUCCESS -> new CancelTaskResponse(id, TaskStatus.SUCCESS.name(), "Task already completed");
      case ERROR -> new CancelTaskResponse(id, TaskStatus.FAILURE.name(), "Task already completed");
      case CANCELLED -> new CancelTaskResponse(id, TaskStatus.REVOKED.name(), "Task already cancelled");
      case PENDING, RUNNING -> throw new IllegalArgumentException("A task that is " + status.word() + " is not over");
    };
  }
}
