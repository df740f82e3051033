package org.zimage.progress;

import org.zimage.task.TaskId;

/**
 * How a picture looks after a step, as far as that can be told.
 *
 * @param attempt the number of the claim whose step it is
 * @param webp a small picture, as WebP in base64
 */
public record Preview(TaskId id, int attempt, Progress progress, String webp) { }
