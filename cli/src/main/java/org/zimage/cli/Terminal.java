package org.zimage.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody looks at what is written for people, or a file or a program receives it. */
final class Terminal {
  private static final Path ERROR_STREAM = Path.of("/proc/self/fd/2");

  private Terminal() { }

  /** Whether the error stream, where progress goes, is a terminal that can move its cursor. */
  static boolean isWatched() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      return Files.isSymbolicLink(ERROR_STREAM)
          ? isTerminal(Files.readSymbolicLink(ERROR_STREAM)) : System.console() != null;
    } catch (IOException e) {
      return System.console() != null;
    }
  }

  static boolean isTerminal(Path device) {
    return device.startsWith("/dev/pts") || device.toString().matches("/dev/(tty.*|console)");
  }
}
