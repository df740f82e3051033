package org.zimage.launcher.error;

/** A failure that the person at the terminal can mend. The message is one line and ends with the remedy. */
public final class LauncherException extends RuntimeException {
  public LauncherException(String message) {
    super(message);
  }

  public LauncherException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The message of a failure, or its class where it has no message. */
  public static String words(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
