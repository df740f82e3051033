package org.zimage.api;

import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import java.time.Instant;
import java.util.List;

/** A batch with all its pictures, in the order of their index. */
public record BatchDetail(TaskSummary batch, List<Item> items) {

  /**
   * One picture of a batch.
   *
   * @param status pending, running, success, error or cancelled
   * @param imageUrl the preview's path; null until the task has succeeded
   * @param errorCode null unless the task has failed or was cancelled
   * @param errorHint what the caller can do about it
   * @param expiresAt when it is removed; null where nothing is known of an end
   */
  public record Item(
      @JsonbProperty("task_id") String taskId,
      int index,
      String status,
      @JsonbNillable @JsonbProperty("image_url") String imageUrl,
      int width,
      int height,
      @JsonbNillable Long seed,
      @JsonbNillable @JsonbProperty("error_code") String errorCode,
      @JsonbNillable @JsonbProperty("error_hint") String errorHint,
      @JsonbNillable(false) @JsonbProperty("expires_at") @JsonbTypeAdapter(UtcTimeAdapter.class) Instant expiresAt) {

    /** The same for who reaches the server's paths below this prefix. */
    public Item below(String prefix) {
      return imageUrl == null ? this
          : new Item(taskId, index, status, prefix + imageUrl, width, height, seed, errorCode, errorHint,
              expiresAt);
    }
  }
}
