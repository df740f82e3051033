package org.zimage.pipeline.network;

/** The model cannot be loaded or run. */
public class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it is, for those who report it. */
  public enum Reason {
    /** The device has too little memory for this picture. */
    OUT_OF_MEMORY,
    /** There is no usable model at the place that was named. */
    MODEL_MISSING,
    /** The model was exported before it could do what is asked. The message is for whoever asked for the picture. */
    EXPORT_TOO_OLD,
    /** TensorFlow or the tokenizer cannot be loaded on this machine. */
    LIBRARY_MISSING,
    /** Anything else. */
    FAILED
  }

  private final Reason reason;

  public ModelException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
