package org.zimage.task;

/**
 * A task has changed its status. Fired in the transaction of the change, so that what observers write is committed with it.
 *
 * @param task as it is after the change
 * @param client whose task it is; null for nobody's
 */
public record TaskChanged(GenerationTask task, String client) { }
