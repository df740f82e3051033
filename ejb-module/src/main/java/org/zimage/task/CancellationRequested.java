package org.zimage.task;

/**
 * A wish to cancel a task was taken. Fired in the transaction that stores the wish.
 *
 * @param status {@link TaskState#CANCELLED} when it has ended, {@link TaskState#RUNNING} when its worker has yet to stop
 */
public record CancellationRequested(TaskId id, TaskState status) { }
