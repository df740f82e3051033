package org.zimage.task.lifecycle;

/**
 * The answer to a request to cancel, in the words of the contract.
 *
 * @param taskId the task's id as it is stored
 * @param status CANCELLED when the wish was taken, otherwise the final status the task already has
 * @param message a sentence for people
 */
public record CancelOutcome(String taskId, String status, String message) { }
