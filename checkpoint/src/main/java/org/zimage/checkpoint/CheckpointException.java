package org.zimage.checkpoint;

/** A checkpoint is wrong or incomplete; the message names the file, the key and what was expected. */
public class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
