package org.zimage.cli.lora;

import java.util.List;
import java.util.Locale;
import org.zimage.api.lora.Loras;
import org.zimage.api.lora.Loras.Available;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.output.JsonOutput;
import org.zimage.cli.server.ServerCommand;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Command;

@Command(name = "list", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Lists the adapters that a server has: their names, sizes and checksums.",
    footer = {"", "Example:", "  zimage lora list"})
final class LoraListCommand extends ServerCommand {
  private static final int CHECKSUM_CHARACTERS = 12;
  private static final double MEGABYTE = 1e6;

  @Override
  protected int run(ZImageClient zimage) {
    List<Available> loras = zimage.loras();
    if (isJson()) {
      print(JsonOutput.of(new Loras(loras)));
      return ExitCode.OK;
    }
    int widest = loras.stream().mapToInt(each -> each.name().length()).max().orElse(0);
    for (Available each : loras) {
      out().printf(Locale.ROOT, "%-" + widest + "s  %8.1f MB  %s%n", each.name(), each.bytes() / MEGABYTE,
          each.sha256().substring(0, CHECKSUM_CHARACTERS));
    }
    if (loras.isEmpty()) {
      err().println("zimage: the server has no adapters");
    }
    return ExitCode.OK;
  }
}
