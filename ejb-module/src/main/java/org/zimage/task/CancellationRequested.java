package org.zimage.task;

/**
 * Somebody wants a task to end. Fired in the transaction that notes it.
 *
 * @param status {@link TaskStatus#CANCELLED} when it has ended, {@link TaskStatus#RUNNING} when its worker has yet to stop
 */
public record CancellationRequested(TaskId id, TaskStatus status) { }
