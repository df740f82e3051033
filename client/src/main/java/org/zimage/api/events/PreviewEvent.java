package org.zimage.api.events;

import jakarta.json.bind.annotation.JsonbProperty;
import org.zimage.api.input.DataUrl;

/**
 * The data of an event {@code preview}: how a picture looks after a step.
 *
 * @param step that is done, from 1
 * @param steps that are run in all
 * @param image a data URL with a small WebP picture
 */
public record PreviewEvent(@JsonbProperty("task_id") String taskId, int step, int steps, String image) {

  /** The small picture as a WebP file. */
  public byte[] webp() {
    return DataUrl.bytes(image);
  }
}
