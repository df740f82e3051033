package org.zimage.message;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.zimage.api.events.TaskEvent;
import org.zimage.api.json.Bodies;
import org.zimage.image.ImageStore;
import org.zimage.task.GenerationTask;
import org.zimage.task.TaskState;
import org.zimage.task.TasksChanged;
import org.zimage.task.TasksSubmitted;

/**
 * Tells everybody who listens what happens to tasks: CloudEvents 1.0 as JSON, written to the outbox in the transaction
 * of what they tell about. They name the picture but neither its prompt nor its metadata: those are the client's own.
 * Thread-safe.
 */
@ApplicationScoped
public class TaskEvents {
  public static final String TOPIC = "zimage.events";

  private final Outbox outbox;
  private final Clock clock;

  protected TaskEvents() {
    this(null, null);
  }

  @Inject
  public TaskEvents(Outbox outbox, Clock clock) {
    this.outbox = outbox;
    this.clock = clock;
  }

  void publish(@Observes TasksChanged changed) {
    // One that waits for another attempt was submitted long ago
    outbox.add(changed.tasks().stream().filter(change -> change.task().status() != TaskState.PENDING).map(this::message).toList());
  }

  void publish(@Observes TasksSubmitted submitted) {
    outbox.add(submitted.tasks().stream().map(this::message).toList());
  }

  private OutgoingMessage message(TasksChanged.Change change) {
    GenerationTask task = change.task();
    UUID id = UUID.randomUUID();
    String type = task.status().event();
    TaskEvent event = new TaskEvent(id.toString(), type, clock.instant(), data(task, change.client()));
    return new OutgoingMessage(id, Address.topic(TOPIC), task.taskId(), type, null,
        properties(task, change.client()), Bodies.text(event));
  }

  private static Map<String, Object> properties(GenerationTask task, String client) {
    return client == null ? Map.of("task_id", task.taskId()) : Map.of("task_id", task.taskId(), "client", client);
  }

  private static TaskEvent.Data data(GenerationTask task, String client) {
    boolean done = task.status() == TaskState.SUCCESS;
    return new TaskEvent.Data(task.taskId(), task.batchId().toString(), task.batchIndex(), client, task.status().word(),
        task.attempt(), task.parameters().width(), task.parameters().height(), task.parameters().seed(), task.imageId(),
        done ? ImageStore.url(task.previewRelativePath(), task.relativePath()) : null, task.errorCode(), task.errorMessage(),
        task.errorHint());
  }
}
