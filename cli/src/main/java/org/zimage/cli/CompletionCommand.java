package org.zimage.cli;

import java.util.concurrent.Callable;
import org.zimage.cli.exit.ExitCode;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

@Command(name = "completion", mixinStandardHelpOptions = true,
    description = "Prints the completion script for bash and zsh.",
    footer = {"", "Example:", "  source <(zimage completion)"})
final class CompletionCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine whole = spec.parent().commandLine();
    spec.commandLine().getOut().println(AutoComplete.bash("zimage", whole));
    return ExitCode.OK;
  }
}
