package org.zimage.task.removal;

/** Files of tasks that are deleted were removed from the store by this process. */
public record PicturesRemoved(int files) { }
