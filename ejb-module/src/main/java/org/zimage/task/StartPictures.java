package org.zimage.task;

/**
 * Where the pictures lie that a task begins with.
 *
 * @param imagePath of the picture to start from, in the store
 * @param maskPath of the mask; null for none
 */
public record StartPictures(String imagePath, String maskPath) { }
