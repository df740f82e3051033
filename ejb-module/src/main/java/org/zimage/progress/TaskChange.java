package org.zimage.progress;

import org.zimage.task.TaskId;
import org.zimage.task.TaskState;

/**
 * News of a task.
 *
 * @param status the state the task is in now
 * @param attempt the number of the claim that it is news of; 0 when that was not told
 * @param progress how far it is; null when that, or the attempt, was not told
 */
public record TaskChange(TaskId id, TaskState status, int attempt, Progress progress) { }
