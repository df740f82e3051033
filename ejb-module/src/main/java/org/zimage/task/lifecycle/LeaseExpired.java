package org.zimage.task.lifecycle;

import org.zimage.task.TaskState;

/**
 * A worker has stopped renewing its lease, and the task was taken from it. Fired after the commit.
 *
 * @param status what the task is now
 */
public record LeaseExpired(Claim claim, TaskState status) { }
