package org.zimage.message;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.zimage.image.ImageStore;
import org.zimage.json.JsonFields;
import org.zimage.json.UtcTime;
import org.zimage.task.GenerationTask;
import org.zimage.task.TaskChanged;
import org.zimage.task.TaskStatus;
import org.zimage.task.TasksSubmitted;

/**
 * Tells everybody who listens what happens to tasks: CloudEvents 1.0 as JSON, written to the outbox in the transaction
 * of what they tell about. They name the picture but neither its prompt nor its metadata: those are the client's own.
 * Thread-safe.
 */
@ApplicationScoped
public class TaskEvents {
  public static final String TOPIC = "zimage.events";

  private static final String SOURCE = "/v1/tasks";

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

  void tell(@Observes TaskChanged change) {
    // One that waits for another attempt was submitted long ago
    if (change.task().status() != TaskStatus.PENDING) {
      outbox.add(List.of(message(change)));
    }
  }

  void tell(@Observes TasksSubmitted submitted) {
    outbox.add(submitted.tasks().stream().map(this::message).toList());
  }

  private OutgoingMessage message(TaskChanged change) {
    GenerationTask task = change.task();
    UUID id = UUID.randomUUID();
    String type = type(task.status());
    JsonObject event = JsonFields.object()
        .add("specversion", "1.0")
        .add("id", id.toString())
        .add("source", SOURCE)
        .add("type", type)
        .add("subject", task.taskId())
        .add("time", UtcTime.format(clock.instant()))
        .add("datacontenttype", "application/json")
        .add("data", data(task, change.client()))
        .build();
    return new OutgoingMessage(id, Address.topic(TOPIC), task.taskId(), type, null,
        properties(task, change.client()), event.toString());
  }

  private static String type(TaskStatus status) {
    return switch (status) {
      case PENDING -> "zimage.task.submitted";
      case RUNNING -> "zimage.task.started";
      case SUCCESS -> "zimage.task.succeeded";
      case ERROR -> "zimage.task.failed";
      case CANCELLED -> "zimage.task.cancelled";
    };
  }

  private static JsonObject properties(GenerationTask task, String client) {
    JsonObjectBuilder properties = JSON.createObjectBuilder().add("task_id", task.taskId());
    if (client != null) {
      properties.add("client", client);
    }
    return properties.build();
  }

  private static JsonObject data(GenerationTask task, String client) {
    boolean done = task.status() == TaskStatus.SUCCESS;
    return JsonFields.object()
        .add("task_id", task.taskId())
        .add("batch_id", task.batchId().toString())
        .add("batch_index", task.batchIndex())
        .add("client", client)
        .add("status", task.status().word())
        .add("attempt", task.attempt())
        .add("width", task.parameters().width())
        .add("height", task.parameters().height())
        .add("seed", task.parameters().seed())
        .add("image_id", task.imageId())
        .add("image_url", done ? ImageStore.url(task.previewRelativePath(), task.relativePath()) : null)
        .add("error_code", task.errorCode())
        .add("error", task.errorMessage())
        .add("error_hint", task.errorHint())
        .build();
  }
}
