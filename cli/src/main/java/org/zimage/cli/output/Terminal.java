package org.zimage.cli.output;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sun.misc.Signal;

/** The terminal of this process: whether the output streams lead to one, and its size. */
public final class Terminal {
  private static final Path OUTPUT_STREAM = Path.of("/proc/self/fd/1");
  private static final Path ERROR_STREAM = Path.of("/proc/self/fd/2");
  private static final Pattern ROWS_AND_COLUMNS = Pattern.compile("([1-9]\\d*) ([1-9]\\d*)\\s*");

  /** A size in characters. */
  public record Size(int columns, int rows) {
    /** The size that is assumed where a terminal does not say its own. */
    static final Size USUAL = new Size(80, 24);
  }

  private Terminal() { }

  /** Whether the error stream, where progress goes, is a terminal that can move its cursor. */
  public static boolean isWatched() {
    return !"dumb".equals(System.getenv("TERM")) && isTerminal(ERROR_STREAM, System.console() != null);
  }

  /** Whether the output stream, where results go, is a terminal. */
  public static boolean showsResults() {
    return isTerminal(OUTPUT_STREAM, false);
  }

  /**
   * Calls the action whenever the window is resized, until the process ends. Windows sends no signal for it, so there the action is
   * never called.
   */
  public static void whenResized(Runnable action) {
    if (!System.getProperty("os.name").startsWith("Windows")) {
      Signal.handle(new Signal("WINCH"), signal -> action.run());
    }
  }

  /** The terminal's size at this moment. */
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
