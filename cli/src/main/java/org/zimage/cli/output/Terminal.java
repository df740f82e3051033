package org.zimage.cli.output;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sun.misc.Signal;

/** Whether somebody looks at what is written for people, or a file or a program receives it; and how much is seen. */
public final class Terminal {
  private static final Path OUTPUT_STREAM = Path.of("/proc/self/fd/1");
  private static final Path ERROR_STREAM = Path.of("/proc/self/fd/2");
  private static final Pattern ROWS_AND_COLUMNS = Pattern.compile("([1-9]\\d*) ([1-9]\\d*)\\s*");

  /** In characters. */
  public record Size(int columns, int rows) {
    /** Of terminals that do not tell. */
    static final Size USUAL = new Size(80, 24);
  }

  private Terminal() { }

  /** Whether the error stream, where progress goes, is a terminal that can move its cursor. */
  public static boolean isWatched() {
    return !"dumb".equals(System.getenv("TERM")) && isTerminal(ERROR_STREAM, System.console() != null);
  }

  /** Whether results are read by people at once. */
  public static boolean showsResults() {
    return isTerminal(OUTPUT_STREAM, false);
  }

  /** Calls when the window was resized, until the process ends; never on Windows, which does not tell. */
  public static void whenResized(Runnable action) {
    if (!System.getProperty("os.name").startsWith("Windows")) {
      Signal.handle(new Signal("WINCH"), signal -> action.run());
    }
  }

  /** At this moment. */
  public static Size size() {
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
      return size(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException noTerminal) {
      return Size.USUAL;
    }
  }

  static Size size(String rowsAndColumns) {
    Matcher numbers = ROWS_AND_COLUMNS.matcher(rowsAndColumns);
    return numbers.matches()
        ? new Size(Integer.parseInt(numbers.group(2)), Integer.parseInt(numbers.group(1))) : Size.USUAL;
  }

  private static boolean isTerminal(Path stream, boolean otherwise) {
    try {
      return Files.isSymbolicLink(stream) ? isTerminal(Files.readSymbolicLink(stream)) : otherwise;
    } catch (IOException e) {
      return otherwise;
    }
  }

  static boolean isTerminal(Path device) {
    return device.startsWith("/dev/pts") || device.toString().matches("/dev/(tty.*|console)");
  }
}
