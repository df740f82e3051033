package org.zimage.task.removal;

/** Tasks whose time was over, or whose client was removed, were deleted by this process. */
public record TasksRemoved(int tasks) { }
