package org.zimage.cli.lora;

import java.util.ArrayList;
import java.util.List;
import org.zimage.api.lora.Loras;
import org.zimage.api.lora.Loras.Available;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.output.JsonOutput;
import org.zimage.cli.server.ServerCommand;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "delete", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Deletes uploaded adapters, with the administrator's key. Tasks that name them already are drawn with them.",
    footer = {"", "Example:", "  ZIMAGE_KEY=… zimage lora delete blueprint"})
final class LoraDeleteCommand extends ServerCommand {
  @Parameters(paramLabel = "NAME", arity = "1..*", description = "as 'zimage lora list' names them")
  private List<String> names;

  @Override
  protected int run(ZImageClient zimage) {
    List<Available> deleted = new ArrayList<>();
    for (String name : names) {
      deleted.add(zimage.deleteLora(name));
      if (!isJson()) {
        out().println(name + ": deleted");
      }
    }
    if (isJson()) {
      print(JsonOutput.of(new Loras(deleted)));
    }
    return ExitCode.OK;
  }
}
