package org.zimage.task;

import java.util.List;

/** These tasks wait for a worker and have no message: they are new, or they have come back from a worker. */
public record TaskWaiting(List<TaskId> ids) { }
