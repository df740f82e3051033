package org.zimage.task;

/**
 * A task has another status now. Fired in the transaction that does it, so that what is written about
 * it is committed with it.
 *
 * @param task as it is after the change
 * @param client whose task it is; null for nobody's
 */
public record TaskChanged(GenerationTask task, String client) { }
