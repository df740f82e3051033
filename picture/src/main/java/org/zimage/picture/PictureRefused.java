package org.zimage.picture;

import java.util.Objects;

/**
 * A picture that somebody gave cannot be used. The message is one or two sentences for that person: what is wrong and what helps. It
 * names no path and no class; the cause has what a library said.
 */
public class PictureRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** What is wrong, for programs. */
  public enum Reason {
    /** There are no bytes. */
    EMPTY,
    /** Neither PNG nor JPEG nor WebP, or a kind of these that hardly anybody uses. */
    UNSUPPORTED_TYPE,
    /** An animation, where a still picture is needed. */
    ANIMATED,
    /** More bytes or pixels than are read. */
    TOO_LARGE,
    /** The file ends before the picture does. */
    CUT_OFF,
    /** The file contradicts itself or its format. */
    DAMAGED,
    /** One side is so much longer than the other that no size fits. */
    EXTREME_PROPORTIONS
  }

  public PictureRefused(Reason reason, String message) {
    this(reason, message, null);
  }

  public PictureRefused(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason);
  }

  public Reason reason() {
    return reason;
  }
}
