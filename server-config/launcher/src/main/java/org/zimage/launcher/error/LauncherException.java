package org.zimage.launcher.error;

/** Something the person at the terminal can mend; the message is one line and ends with the remedy. */
public final class LauncherException extends RuntimeException {
  public LauncherException(String message) {
    super(message);
  }

  public LauncherException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What went wrong, in words: some exceptions have none but their name. */
  public static String words(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
