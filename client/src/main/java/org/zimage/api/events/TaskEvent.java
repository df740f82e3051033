package org.zimage.api.events;

import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import java.time.Instant;
import org.zimage.api.UtcTimeAdapter;

/**
 * An event of the topic {@code zimage.events}: a CloudEvent (version 1.0) as JSON.
 *
 * @param id the same whenever this event is delivered
 * @param source where tasks are: {@code /v1/tasks}
 * @param type such as {@code zimage.task.succeeded}
 * @param subject the task's id
 * @param time when it happened
 */
public record TaskEvent(
    String specversion,
    String id,
    String source,
    String type,
    String subject,
    @JsonbTypeAdapter(UtcTimeAdapter.class) Instant time,
    String datacontenttype,
    Data data) {

  /** An event of the version and form that this system writes. */
  public TaskEvent(String id, String type, Instant time, Data data) {
    this("1.0", id, "/v1/tasks", type, data.taskId(), time, "application/json", data);
  }

  /**
   * The task, without its prompt and its metadata: those are the client's own.
   *
   * @param client the id of the client whose task it is; null for nobody's
   * @param status pending, running, success, error or cancelled
   * @param attempt how often a worker took it
   * @param seed null until the server has drawn one
   * @param imageUrl the preview's path; null until the task has succeeded
   * @param errorCode null unless the task has failed or was cancelled
   */
  public record Data(
      @JsonbProperty("task_id") String taskId,
      @JsonbProperty("batch_id") String batchId,
      @JsonbProperty("batch_index") int batchIndex,
      String client,
      String status,
      int attempt,
      int width,
      int height,
      Long seed,
      @JsonbProperty("image_id") String imageId,
      @JsonbProperty("image_url") String imageUrl,
      @JsonbProperty("error_code") String errorCode,
      String error,
      @JsonbProperty("error_hint") String errorHint) { }
}
