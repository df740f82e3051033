package org.zimage.api;

/** Every answer that is an error, but {@link ValidationError}: a sentence for people. */
public record ErrorResponse(String detail) { }
