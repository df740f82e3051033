package org.zimage.task.lifecycle;

import org.zimage.task.GenerationTask;

/**
 * What a worker got when its claim was granted.
 *
 * @param task the task as it was when it was claimed; its seed is never null
 */
public record ClaimedTask(Claim claim, GenerationTask task) { }
