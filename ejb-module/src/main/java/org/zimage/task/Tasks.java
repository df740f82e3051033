package org.zimage.task;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;
import org.zimage.caller.Caller;
import org.zimage.image.ImageStore;
import org.zimage.progress.Progress;
import org.zimage.progress.ProgressBoard;

/** Shows tasks to their owners. Thread-safe. */
@ApplicationScoped
public class Tasks {
  private final EntityManager entities;
  private final ProgressBoard board;

  protected Tasks() {
    this(null, null);
  }

  @Inject
  public Tasks(EntityManager entities, ProgressBoard board) {
    this.entities = entities;
    this.board = board;
  }

  /**
   * A task as it is now.
   *
   * @param id any text, with or without dashes
   * @throws TaskNotFound when there is none of that name
   * @throws TaskNotAllowed when it is another client's
   */
  @Transactional
  public TaskView find(String id, Caller caller) {
    return view(read(id, caller), caller);
  }

  /** The row of a task that the caller may see. */
  GenerationTask read(String id, Caller caller) {
    TaskId taskId = TaskId.parse(id).orElseThrow(TaskNotFound::new);
    List<GenerationTask> found = entities.createQuery(
        "SELECT task FROM GenerationTask task JOIN FETCH task.batch WHERE task.taskId IN :spellings", GenerationTask.class)
        .setParameter("spellings", taskId.spellings()).getResultList();
    if (found.isEmpty()) {
      throw new TaskNotFound();
    }
    GenerationTask task = found.get(0);
    if (!caller.maySee(task.batch().apiClientId())) {
      throw new TaskNotAllowed();
    }
    return task;
  }

  private TaskView view(GenerationTask task, Caller caller) {
    return switch (task.status()) {
      case PENDING -> waiting(task);
      case RUNNING -> running(task);
      case SUCCESS -> TaskView.succeeded(task.taskId(), result(task, caller),
          ImageStore.url(task.previewRelativePath(), task.relativePath()));
      case ERROR -> over(task, TaskView.Status.FAILURE, ErrorCode.INTERNAL_ERROR);
      case CANCELLED -> over(task, TaskView.Status.REVOKED, ErrorCode.CANCELLED);
    };
  }

  private static TaskView waiting(GenerationTask task) {
    TaskView.Status status = task.isRetry() ? TaskView.Status.RETRY : TaskView.Status.PENDING;
    return new TaskView(task.taskId(), status, null, null, null, null, null, 0);
  }

  /** Progress of the board, or of the last renewal of the lease, whichever is further. */
  private TaskView running(GenerationTask task) {
    Optional<Progress> seen = board.find(new TaskId(task.taskId()), task.attempt());
    int step = Math.max(seen.map(Progress::step).orElse(0), task.step());
    int steps = Math.max(task.numInferenceSteps(), 1);
    return TaskView.running(task.taskId(), new Progress(Math.min(step, steps), steps));
  }

  /** Rows of older installations may lack code, hint or message. */
  private static TaskView over(GenerationTask task, TaskView.Status status, ErrorCode fallback) {
    ErrorCode known = ErrorCode.of(task.errorCode()).orElse(fallback);
    String code = task.errorCode() == null ? known.word() : task.errorCode();
    String hint = task.errorHint() == null ? known.hint() : task.errorHint();
    String message = task.errorMessage() == null ? hint : task.errorMessage();
    return new TaskView(task.taskId(), status, null, message, code, hint, null, null);
  }

  private static TaskView.Result result(GenerationTask task, Caller caller) {
    return new TaskView.Result(task.imageId(), task.prompt(), task.height(), task.width(), task.numInferenceSteps(),
        task.guidanceScale(), task.seed(), task.negativePrompt(), task.cfgNormalization(), task.cfgTruncation(),
        task.maxSequenceLength(), task.createdAt(), key(task.batch().apiClientId(), caller), task.metadata(),
        task.outputPath(), task.relativePath(), task.previewPath(), task.previewRelativePath());
  }

  /** The owner's own key, which only the owner brings along; everybody else who may look sees the owner's id. */
  private static String key(String ownerId, Caller caller) {
    return ownerId != null && ownerId.equals(caller.clientId()) ? caller.key() : ownerId;
  }
}
