package org.zimage.task.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.zimage.caller.Caller;
import org.zimage.task.CancellationRequested;
import org.zimage.task.TaskId;
import org.zimage.task.TaskNotAllowed;
import org.zimage.task.TaskNotFound;
import org.zimage.task.TaskStatus;
import org.zimage.task.view.TaskRow;
import org.zimage.task.view.TaskView;
import org.zimage.task.view.Tasks;

/** Cancels tasks: waiting ones at once, running ones before their next step. Thread-safe. */
@ApplicationScoped
public class Cancellation {
  private static final String TAKEN = "CANCELLED";

  private final Tasks tasks;
  private final TaskLedger ledger;
  private final Event<CancellationRequested> requested;

  protected Cancellation() {
    this(null, null, null);
  }

  @Inject
  public Cancellation(Tasks tasks, TaskLedger ledger, Event<CancellationRequested> requested) {
    this.tasks = tasks;
    this.ledger = ledger;
    this.requested = requested;
  }

  /**
   * Asks for the end of a task. Asking again is harmless.
   *
   * @param id any text, with or without dashes
   * @throws TaskNotFound when there is none of that name
   * @throws TaskNotAllowed when it is another client's
   */
  @Transactional
  public CancelOutcome cancel(String id, Caller caller) {
    TaskRow task = tasks.read(id, caller);
    return switch (task.status()) {
      case SUCCESS, ERROR, CANCELLED -> alreadyOver(task.taskId(), task.status());
      case PENDING, RUNNING -> stop(new TaskId(task.taskId()));
    };
  }

  /** The task may be taken, given back or finished while we try; so every state is tried until one answers. */
  private CancelOutcome stop(TaskId id) {
    while (true) {
      if (ledger.cancelWaiting(id)) {
        requested.fire(new CancellationRequested(id, TaskStatus.CANCELLED));
        return new CancelOutcome(id.value(), TAKEN, "Cancellation requested");
      }
      if (ledger.requestCancel(id)) {
        requested.fire(new CancellationRequested(id, TaskStatus.RUNNING));
        return new CancelOutcome(id.value(), TAKEN, "Cancellation requested");
      }
      TaskStatus status = ledger.status(id).orElseThrow(TaskNotFound::new);
      if (status.isFinal()) {
        return alreadyOver(id.value(), status);
      }
    }
  }

  private static CancelOutcome alreadyOver(String id, TaskStatus status) {
    return switch (status) {
      case SUCCESS -> new CancelOutcome(id, TaskView.Status.SUCCESS.name(), "Task already completed");
      case ERROR -> new CancelOutcome(id, TaskView.Status.FAILURE.name(), "Task already completed");
      case CANCELLED -> new CancelOutcome(id, TaskView.Status.REVOKED.name(), "Task already cancelled");
      case PENDING, RUNNING -> throw new IllegalArgumentException("A task that is " + status.word() + " is not over");
    };
  }
}
