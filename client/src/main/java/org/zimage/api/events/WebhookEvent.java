package org.zimage.api.events;

import jakarta.json.bind.annotation.JsonbTypeAdapter;
import java.time.Instant;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.UtcTimeAdapter;

/**
 * What the receiver of a webhook is told.
 *
 * @param type such as {@code zimage.task.succeeded}
 * @param timestamp when it happened
 * @param data the task, with the client's id as its key
 */
public record WebhookEvent(
    String type,
    @JsonbTypeAdapter(UtcTimeAdapter.class) Instant timestamp,
    TaskStatusResponse data) { }
