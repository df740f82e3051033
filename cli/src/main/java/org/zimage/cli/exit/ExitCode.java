package org.zimage.cli.exit;

/**
 * What scripts learn from the way the command ends. Ctrl-C ends it with 130, as the Java launcher does with every
 * signal.
 */
public final class ExitCode {
  public static final int OK = 0;
  /** A task failed, or something on this machine did; the last line says what. */
  public static final int FAILED = 1;
  public static final int USAGE = 2;
  static final int UNREACHABLE = 3;
  /** The server has answered, but will not do it. */
  public static final int REFUSED = 4;
  public static final int INTERRUPTED = 130;

  private ExitCode() { }
}
