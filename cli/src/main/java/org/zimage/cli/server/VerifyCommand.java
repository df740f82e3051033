package org.zimage.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.zimage.api.origin.PictureOrigin;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.output.JsonOutput;
import org.zimage.cli.output.OriginText;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "verify", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Tells whether a server made a picture, exactly so or resized or compressed anew since, and whether its content "
        + "credentials hold. A key learns of its own pictures, the administrator's of all.",
    footer = {"", "Example:", "  zimage verify circle.png"})
public final class VerifyCommand extends ServerCommand {
  @Parameters(paramLabel = "FILE", description = "a PNG, JPEG or WebP picture")
  private Path file;

  @Override
  protected int run(ZImageClient zimage) throws IOException {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw wrongUsage(file + " is no file that can be read");
    }
    PictureOrigin origin = zimage.verify(file);
    if (isJson()) {
      print(JsonOutput.of(origin));
    } else {
      OriginText.print(origin, url(), out());
    }
    return ExitCode.OK;
  }
}
