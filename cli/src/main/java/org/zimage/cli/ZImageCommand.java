package org.zimage.cli;

import java.io.PrintWriter;
import org.zimage.cli.argument.ArgumentTypes;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.exit.FailureMessage;
import org.zimage.cli.server.AuditCommand;
import org.zimage.cli.server.CancelCommand;
import org.zimage.cli.server.DeleteCommand;
import org.zimage.cli.server.GenerateCommand;
import org.zimage.cli.server.HistoryCommand;
import org.zimage.cli.lora.LoraCommand;
import org.zimage.cli.server.ShowCommand;
import org.zimage.cli.server.StatusCommand;
import org.zimage.cli.server.VerifyCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine;

/** The entry point of the command line. A failure is printed as one line. */
@Command(name = "zimage", mixinStandardHelpOptions = true, versionProvider = ZImageCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND", description = "Draws pictures with Z-Image.",
    subcommands = {GenerateCommand.class, HistoryCommand.class, ShowCommand.class, CancelCommand.class,
        DeleteCommand.class, LoraCommand.class, VerifyCommand.class, AuditCommand.class, StatusCommand.class, CompletionCommand.class,
        CommandLine.HelpCommand.class},
    footer = {"",
        "Exit codes: 0 done, 1 a task failed, 2 wrong usage, 3 no server answers, 4 the server refuses, 130 Ctrl-C",
        "", "Examples:", "  zimage generate \"a red circle on a white background\" -o circle.png",
        "  ZIMAGE_URL=https://pictures.example.org ZIMAGE_KEY=… zimage history"})
public final class ZImageCommand {
  private ZImageCommand() { }

  public static void main(String[] arguments) {
    if (ModelCommands.areMeant(arguments)) {
      if (!ModelCommands.arePresent()) {
        System.err.println(
            "zimage: '" + ModelCommands.meant(arguments) + "' needs the model's own libraries: use ./zimage of the project");
        System.exit(ExitCode.USAGE);
      }
      ModelCommands.quietLibraries();
    }
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new ZImageCommand());
    if (ModelCommands.arePresent()) {
      ModelCommands.addTo(commandLine);
    }
    ArgumentTypes.register(commandLine);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpWidth(110);
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setParameterExceptionHandler((wrong, arguments) -> {
      PrintWriter err = wrong.getCommandLine().getErr();
      String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
      err.println("zimage: " + wrong.getMessage() + " (see '" + command + " --help')");
      return ExitCode.USAGE;
    });
    commandLine.setExecutionExceptionHandler((cause, command, parsed) -> {
      FailureMessage failure = FailureMessage.of(cause);
      command.getErr().println("zimage: " + failure.line());
      return failure.exitCode();
    });
    return commandLine;
  }

  /** The version of the archive, from its manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = ZImageCommand.class.getPackage().getImplementationVersion();
      return new String[] {"zimage " + (version == null ? "(not packaged)" : version)};
    }
  }
}
