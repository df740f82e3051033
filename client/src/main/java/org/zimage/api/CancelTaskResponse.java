package org.zimage.api;

import jakarta.json.bind.annotation.JsonbProperty;

/**
 * The answer to {@code POST /v1/tasks/{task_id}/cancel}.
 *
 * @param status CANCELLED when the wish was taken, otherwise the status the task has ended with
 * @param message a sentence for people
 */
public record CancelTaskResponse(@JsonbProperty("task_id") String taskId, String status, String message) { }
