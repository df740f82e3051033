package org.zimage.cli.lora;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.zimage.api.lora.Loras.Available;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.output.JsonOutput;
import org.zimage.cli.server.ServerCommand;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "upload", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Gives a server an adapter, with the administrator's key. It is refused when it fits no model of the server.",
    footer = {"", "Example:", "  ZIMAGE_KEY=… zimage lora upload blueprint-v2.safetensors --name blueprint"})
final class LoraUploadCommand extends ServerCommand {
  private static final String ENDING = ".safetensors";

  @Parameters(paramLabel = "FILE", description = "the adapter, as safetensors")
  private Path file;

  @Option(names = "--name", paramLabel = "NAME", description = "how requests name it; otherwise as the file, without .safetensors")
  private String name;

  @Override
  protected int run(ZImageClient zimage) throws IOException {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw wrongUsage(file + " is no file that can be read");
    }
    Available uploaded = zimage.uploadLora(name == null ? nameOfTheFile() : name, file);
    if (isJson()) {
      print(JsonOutput.of(uploaded));
    } else {
      out().printf("%s: %d bytes, checksum %s%n", uploaded.name(), uploaded.bytes(), uploaded.sha256());
    }
    return ExitCode.OK;
  }

  private String nameOfTheFile() {
    String own = String.valueOf(file.getFileName());
    return own.endsWith(ENDING) ? own.substring(0, own.length() - ENDING.length()) : own;
  }
}
