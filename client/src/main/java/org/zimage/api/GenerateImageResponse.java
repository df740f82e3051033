package org.zimage.api;

import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;

/**
 * An accepted request: from here on the task is never lost.
 *
 * @param taskId the task's name
 * @param statusUrl where its status is to be asked for
 * @param imageUrl always null: the picture's address is in the status, once it is made
 */
public record GenerateImageResponse(
    @JsonbProperty("task_id") String taskId,
    @JsonbProperty("status_url") String statusUrl,
    @JsonbNillable @JsonbProperty("image_url") String imageUrl) { }
