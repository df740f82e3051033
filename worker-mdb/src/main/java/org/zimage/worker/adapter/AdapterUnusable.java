package org.zimage.worker.adapter;

/** An adapter that a task names cannot be used. The message is for whoever asked for the picture. */
public final class AdapterUnusable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AdapterUnusable(String message, Throwable cause) {
    super(message, cause);
  }
}
