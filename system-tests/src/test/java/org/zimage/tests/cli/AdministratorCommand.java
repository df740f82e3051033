package org.zimage.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.zimage.tests.caller.Api;

/** The command {@code zimage} with the administrator's key. */
public record AdministratorCommand(Api api) {
  private static final String COMMAND =
      Path.of(System.getProperty("zimage.root"), "cli/target/zimage").toAbsolutePath().normalize().toString();

  /** @return the exit code and what was printed */
  public String run(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(COMMAND), Stream.of(arguments)).toList()).redirectErrorStream(true);
    builder.environment().put("ZIMAGE_URL", api.url());
    builder.environment().put("ZIMAGE_KEY", api.adminKey());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return process.exitValue() + " " + out;
  }
}
