package org.zimage.cli.exit;

/** The exit codes, which scripts read. A command that Ctrl-C ends has 130, because the Java launcher answers every signal so. */
public final class ExitCode {
  public static final int OK = 0;
  /** A task has failed, or something on this machine has. The last line says what. */
  public static final int FAILED = 1;
  public static final int USAGE = 2;
  static final int UNREACHABLE = 3;
  /** The server has answered with a refusal. */
  public static final int REFUSED = 4;
  public static final int INTERRUPTED = 130;

  private ExitCode() { }
}
