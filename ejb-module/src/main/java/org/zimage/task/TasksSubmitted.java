package org.zimage.task;

import java.util.List;

/**
 * Tasks were accepted. Fired in their transaction, so that what observers write is committed with them. Tasks that have nothing to do
 * with each other may share one event.
 */
public record TasksSubmitted(List<TasksChanged.Change> tasks) { }
