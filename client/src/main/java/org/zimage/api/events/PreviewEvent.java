package org.zimage.api.events;

import jakarta.json.bind.annotation.JsonbProperty;

/**
 * The data of an event {@code preview}: how a picture looks after a step.
 *
 * @param step that is done, from 1
 * @param steps that are run in all
 * @param image a data URL with a small WebP picture
 */
public record PreviewEvent(@JsonbProperty("task_id") String taskId, int step, int steps, String image) { }
