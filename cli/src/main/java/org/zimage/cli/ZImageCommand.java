package org.zimage.cli;

import org.zimage.checkpoint.CheckpointException;
import org.zimage.export.ExportException;
import org.zimage.pipeline.ModelException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point of the command line. Exit codes: 0 done, 1 a failure that the last line explains, 2 wrong usage. */
@Command(name = "zimage", subcommands = {ExportCommand.class, DrawCommand.class, CommandLine.HelpCommand.class},
    description = "Draws pictures with Z-Image.", synopsisSubcommandLabel = "COMMAND")
public final class ZImageCommand {
  private ZImageCommand() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new ZImageCommand());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
      command.getErr().println("zimage: " + explanation(failure));
      return failure instanceof IllegalArgumentException ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
    });
    return commandLine;
  }

  /** What these say is written for people; of anything else the kind of failure is part of the message. */
  private static String explanation(Exception failure) {
    boolean forPeople = failure instanceof CheckpointException || failure instanceof ExportException
        || failure instanceof ModelException || failure instanceof IllegalArgumentException;
    return forPeople ? failure.getMessage() : failure.toString();
  }
}
