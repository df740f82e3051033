package org.zimage.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.util.logging.LogManager;
import org.zimage.launcher.error.LauncherException;
import picocli.CommandLine.Command;
import picocli.CommandLine;

/**
 * The entry point: {@code zimage up}, {@code backends}, {@code down}, {@code status}, and the commands that other start scripts
 * use.
 */
@Command(name = "zimage",
    subcommands = {Up.class, Down.class, Status.class, RunBackends.class, PrintNode.class, PrintEnvironment.class},
    description = "Runs Z-Image EE on this machine.")
public final class Main {
  private Main() {}

  /** Exit codes: 0 done, 1 a failure that the last line explains, 2 wrong usage, 3 ({@code status}) not running. */
  public static void main(String[] arguments) throws IOException {
    try (InputStream logging = Main.class.getResourceAsStream("/launcher-logging.properties")) {
      LogManager.getLogManager().readConfiguration(logging);
    }
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
      command.getErr().println("zimage: " + explanation(failure));
      return 1;
    });
    System.exit(commandLine.execute(arguments));
  }

  private static String explanation(Exception failure) {
    return failure instanceof LauncherException ? failure.getMessage() : failure.toString();
  }
}
