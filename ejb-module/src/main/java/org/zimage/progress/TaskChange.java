package org.zimage.progress;

import org.zimage.task.TaskId;
import org.zimage.task.TaskStatus;

/**
 * News of a task.
 *
 * @param status the state the task is in now
 * @param progress how far it is; null when that was not told
 */
public record TaskChange(TaskId id, TaskStatus status, Progress progress) { }
