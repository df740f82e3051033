package org.zimage.task;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.zimage.caller.Caller;
import org.zimage.metrics.SystemMetrics;
import org.zimage.progress.ProgressBoard;

/** Cancels tasks: waiting ones at once, running ones before their next step. Thread-safe. */
@ApplicationScoped
public class Cancellation {
  private static final String TAKEN = "CANCELLED";

  private final Tasks tasks;
  private final TaskLedger ledger;
  private final ProgressBoard board;
  private final SystemMetrics metrics;
  private final Event<CancelWanted> wanted;

  protected Cancellation() {
    this(null, null, null, null, null);
  }

  @Inject
  public Cancellation(Tasks tasks, TaskLedger ledger, ProgressBoard board, SystemMetrics metrics,
      Event<CancelWanted> wanted) {
    this.tasks = tasks;
    this.ledger = ledger;
    this.board = board;
    this.metrics = metrics;
    this.wanted = wanted;
  }

  /**
   * The database knows that a task is cancelled, or shall be.
   *
   * @param status CANCELLED, or RUNNING when its worker has yet to stop
   */
  public record CancelWanted(TaskId id, TaskStatus status) { }

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
        wanted.fire(new CancelWanted(id, TaskStatus.CANCELLED));
        return new CancelOutcome(id.value(), TAKEN, "Cancellation requested");
      }
      if (ledger.requestCancel(id)) {
        wanted.fire(new CancelWanted(id, TaskStatus.RUNNING));
        return new CancelOutcome(id.value(), TAKEN, "Cancellation requested");
      }
      TaskStatus status = ledger.status(id).orElseThrow(TaskNotFound::new);
      if (status.isFinal()) {
        return alreadyOver(id.value(), status);
      }
    }
  }

  void tell(@Observes(during = TransactionPhase.AFTER_SUCCESS) CancelWanted event) {
    if (event.status() == TaskStatus.RUNNING) {
      board.requestCancel(event.id());
    } else {
      metrics.ended(event.status());
      board.announce(event.id(), event.status());
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
