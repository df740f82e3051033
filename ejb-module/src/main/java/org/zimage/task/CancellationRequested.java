package org.zimage.task;

/**
 * Somebody wants a task to end. Fired in the transaction that notes it.
 *
 * @param status {@link TaskState#CANCELLED} when it has ended, {@link TaskState#RUNNING} when its worker has yet to stop
 */
public record CancellationRequested(TaskId id, TaskState status) { }
