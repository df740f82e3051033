package org.zimage.task.view;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.zimage.caller.Caller;
import org.zimage.error.ErrorCode;
import org.zimage.image.ImageStore;
import org.zimage.progress.Progress;
import org.zimage.progress.ProgressBoard;
import org.zimage.resources.Reads;
import org.zimage.task.TaskId;
import org.zimage.task.TaskNotAllowed;
import org.zimage.task.TaskNotFound;

/** Shows tasks to their owners. Thread-safe. */
@ApplicationScoped
public class Tasks {
  private final Reads reads;
  private final ProgressBoard board;

  protected Tasks() {
    this(null, null);
  }

  @Inject
  public Tasks(Reads reads, ProgressBoard board) {
    this.reads = reads;
    this.board = board;
  }

  /**
   * A task as it is now.
   *
   * @param id any text, with or without dashes
   * @throws TaskNotFound when there is none of that name
   * @throws TaskNotAllowed when it is another client's
   */
  public TaskView find(String id, Caller caller) {
    return view(read(id, caller), caller);
  }

  /**
   * The row of a task that the caller may see.
   *
   * @throws TaskNotFound as {@link #find} does
   * @throws TaskNotAllowed as {@link #find} does
   */
  public TaskRow read(String id, Caller caller) {
    List<String> spellings = TaskId.parse(id).orElseThrow(TaskNotFound::new).spellings();
    String last = spellings.get(spellings.size() - 1);
    List<TaskRow> found = reads.list(TaskRow.SELECT, TaskRow::read, spellings.get(0),
        spellings.get(spellings.size() / 2), last);
    if (found.isEmpty()) {
      throw new TaskNotFound();
    }
    TaskRow task = found.get(0);
    if (!caller.maySee(task.owner())) {
      throw new TaskNotAllowed();
    }
    return task;
  }

  private TaskView view(TaskRow task, Caller caller) {
    return switch (task.status()) {
      case PENDING -> waiting(task);
      case RUNNING -> running(task);
      case SUCCESS -> TaskView.succeeded(task.taskId(), task.attempt(), result(task, caller),
          ImageStore.url(task.previewRelativePath(), task.relativePath()));
      case ERROR -> over(task, TaskView.Status.FAILURE, ErrorCode.INTERNAL_ERROR);
      case CANCELLED -> over(task, TaskView.Status.REVOKED, ErrorCode.CANCELLED);
    };
  }

  private static TaskView waiting(TaskRow task) {
    TaskView.Status status = task.attempt() > 0 ? TaskView.Status.RETRY : TaskView.Status.PENDING;
    return new TaskView(task.taskId(), status, null, null, null, null, null, 0, task.attempt());
  }

  /** Progress of the board, or of the last renewal of the lease, whichever is further. */
  private TaskView running(TaskRow task) {
    Optional<Progress> seen = board.find(new TaskId(task.taskId()), task.attempt());
    int step = Math.max(seen.map(Progress::step).orElse(0), task.step());
    int steps = Math.max(task.parameters().stepsRun(), 1);
    return TaskView.running(task.taskId(), task.attempt(), new Progress(Math.min(step, steps), steps));
  }

  /** Rows of older installations may lack code, hint or message. */
  private static TaskView over(TaskRow task, TaskView.Status status, ErrorCode fallback) {
    ErrorCode known = ErrorCode.of(task.errorCode()).orElse(fallback);
    String code = task.errorCode() == null ? known.word() : task.errorCode();
    String hint = task.errorHint() == null ? known.hint() : task.errorHint();
    String message = task.errorMessage() == null ? hint : task.errorMessage();
    return new TaskView(task.taskId(), status, null, message, code, hint, null, null, task.attempt());
  }

  private static TaskView.Result result(TaskRow task, Caller caller) {
    return new TaskView.Result(task.imageId(), task.parameters(), task.createdAt(), key(task.owner(), caller),
        task.metadata(), task.outputPath(), task.relativePath(), task.previewPath(), task.previewRelativePath());
  }

  /** The owner's own key, which only the owner brings along; everybody else who may look sees the owner's id. */
  private static String key(String ownerId, Caller caller) {
    return ownerId != null && ownerId.equals(caller.clientId()) ? caller.key() : ownerId;
  }
}
