package org.zimage.launcher;

/** Something the person at the terminal can mend; the message is one line and ends with the remedy. */
final class LauncherException extends RuntimeException {
  LauncherException(String message) {
    super(message);
  }

  LauncherException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What went wrong, in words: some exceptions have none but their name. */
  static String words(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
