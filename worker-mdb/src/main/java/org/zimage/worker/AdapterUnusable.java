package org.zimage.worker;

/** An adapter that a task names cannot be used. The message is for whoever asked for the picture. */
final class AdapterUnusable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AdapterUnusable(String message, Throwable cause) {
    super(message, cause);
  }
}
