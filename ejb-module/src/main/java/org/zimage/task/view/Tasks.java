package org.zimage.task.view;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zimage.api.GenerationResult;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.events.TaskSnapshot;
import org.zimage.caller.Caller;
import org.zimage.error.ErrorCode;
import org.zimage.image.ImageStore;
import org.zimage.progress.Progress;
import org.zimage.progress.ProgressStore;
import org.zimage.resources.ReadOnlyQueries;
import org.zimage.settings.Settings;
import org.zimage.task.GenerationParameters;
import org.zimage.task.TaskId;
import org.zimage.task.TaskNotAllowed;
import org.zimage.task.TaskNotFound;

/** Shows tasks to their owners. Thread-safe. */
@ApplicationScoped
public class Tasks {
  /** What 100 is kept for: the picture is still to be decoded and stored after the last step. */
  private static final int SUCCEEDED = 100;

  private final ReadOnlyQueries queries;
  private final ProgressStore progressStore;
  private final Settings settings;

  protected Tasks() {
    this(null, null, null);
  }

  @Inject
  public Tasks(ReadOnlyQueries queries, ProgressStore progressStore, Settings settings) {
    this.queries = queries;
    this.progressStore = progressStore;
    this.settings = settings;
  }

  /**
   * A task as it is now.
   *
   * @param id any text, with or without dashes
   * @throws TaskNotFound when there is none of that name
   * @throws TaskNotAllowed when it is another client's
   */
  public TaskSnapshot find(String id, Caller caller) {
    TaskRow task = read(id, caller);
    return new TaskSnapshot(view(task, caller), task.attempt());
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
    List<TaskRow> found = queries.list(TaskRow.SELECT, TaskRow::read, spellings.get(0),
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

  /**
   * By the ids of tasks, as their rows have them: what is another text after every change of the row. Of many tasks at once, to read only
   * those that have changed.
   */
  public Map<String, String> versions(Collection<String> taskIds) {
    Map<String, String> versions = new HashMap<>();
    queries.list("SELECT task_id, CAST(xmin AS text) FROM image_generation_tasks WHERE task_id = ANY (string_to_array(?, ','))",
        row -> versions.put(row.getString(1), row.getString(2)), String.join(",", taskIds));
    return versions;
  }

  private TaskStatusResponse view(TaskRow task, Caller caller) {
    return switch (task.status()) {
      case PENDING -> going(task.taskId(), task.attempt() > 0 ? TaskStatus.RETRY : TaskStatus.PENDING, 0);
      case RUNNING -> running(task);
      case SUCCESS -> new TaskStatusResponse(task.taskId(), TaskStatus.SUCCESS, result(task, caller), null, null, null,
          ImageStore.url(task.previewRelativePath(), task.relativePath()), SUCCEEDED, end(task));
      case ERROR -> over(task, TaskStatus.FAILURE, ErrorCode.INTERNAL_ERROR);
      case CANCELLED -> over(task, TaskStatus.REVOKED, ErrorCode.CANCELLED);
    };
  }

  private static TaskStatusResponse going(String taskId, TaskStatus status, int percent) {
    return new TaskStatusResponse(taskId, status, null, null, null, null, null, percent, null);
  }

  /** A task that a worker has. */
  public static TaskSnapshot running(String taskId, int attempt, Progress progress) {
    return new TaskSnapshot(running(taskId, progress), attempt);
  }

  private static TaskStatusResponse running(String taskId, Progress progress) {
    return going(taskId, progress.step() > 0 ? TaskStatus.PROGRESS : TaskStatus.STARTED,
        Math.min(progress.percent(), SUCCEEDED - 1));
  }

  /** Progress of the store, or of the last renewal of the lease, whichever is further. */
  private TaskStatusResponse running(TaskRow task) {
    Optional<Progress> seen = progressStore.find(new TaskId(task.taskId()), task.attempt());
    int step = Math.max(seen.map(Progress::step).orElse(0), task.step());
    int steps = Math.max(task.parameters().stepsRun(), 1);
    return running(task.taskId(), new Progress(Math.min(step, steps), steps));
  }

  /** Rows of older installations may lack code, hint or message. */
  private TaskStatusResponse over(TaskRow task, TaskStatus status, ErrorCode fallback) {
    ErrorCode known = ErrorCode.of(task.errorCode()).orElse(fallback);
    String code = task.errorCode() == null ? known.word() : task.errorCode();
    String hint = task.errorHint() == null ? known.hint() : task.errorHint();
    String message = task.errorMessage() == null ? hint : task.errorMessage();
    return new TaskStatusResponse(task.taskId(), status, null, message, code, hint, null, null, end(task));
  }

  /** When a task that is over is removed; null where nothing removes it. */
  private Instant end(TaskRow task) {
    return settings.retention().end(task.finishedAt() == null ? task.createdAt() : task.finishedAt(), task.expiresIn());
  }

  private static GenerationResult result(TaskRow task, Caller caller) {
    GenerationParameters asked = task.parameters();
    return new GenerationResult(task.imageId(), asked.prompt(), asked.height(), asked.width(), asked.numInferenceSteps(),
        asked.guidanceScale(), asked.seed(), asked.negativePrompt(), asked.cfgNormalization(), asked.cfgTruncation(),
        asked.maxSequenceLength(), asked.noise(), asked.image(), asked.maskImage(), asked.request().strength(),
        asked.request().preserveUnmasked(), asked.loras(), asked.request().embedParameters(), task.reusedFrom(), task.model(),
        task.createdAt(),
        key(task.owner(), caller), task.metadata(),
        task.outputPath(), task.relativePath(), task.previewPath(), task.previewRelativePath());
  }

  /** The owner's own key, which only the owner brings along; everybody else who may look sees the owner's id. */
  private static String key(String ownerId, Caller caller) {
    return ownerId != null && ownerId.equals(caller.clientId()) ? caller.key() : ownerId;
  }
}
