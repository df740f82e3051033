package org.zimage.task.lifecycle;

import org.zimage.task.TaskId;

/** A task has got the picture of an equal one, and was not drawn. Fired in the transaction of the change. */
public record PictureReused(TaskId task) { }
