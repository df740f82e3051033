package org.zimage.api;

import jakarta.json.bind.annotation.JsonbProperty;

/**
 * The answer to {@code DELETE /v1/history/{batch_id}}.
 *
 * @param taskId the batch's id; the name is the document's
 * @param status {@code deleted}
 * @param message a sentence for people
 */
public record DeleteTaskResponse(@JsonbProperty("task_id") String taskId, String status, String message) { }
