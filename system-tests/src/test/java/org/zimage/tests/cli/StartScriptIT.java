package org.zimage.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code zimage} finds its files and folders wherever, and with whatever environment, it is called. */
class StartScriptIT {
  private static final Path ROOT = Path.of(System.getProperty("zimage.root")).toAbsolutePath().normalize();

  @TempDir
  private Path folder;

  @Test
  void aSymbolicLinkStartsTheProjectItPointsTo() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("zimage"), ROOT.resolve("zimage"));

    assertThat(output(command(link.toString(), "--version"))).startsWith("zimage ");
    assertThat(folder.resolve("target")).doesNotExist();
  }

  @Test
  void withoutHomeTheDataLieInTheFolderThatTheListOfUsersNames() throws Exception {
    ProcessBuilder help = command(ROOT.resolve("zimage").toString(), "help");
    help.environment().remove("HOME");
    help.environment().remove("ZIMAGE_HOME");

    assertThat(output(help)).contains("Data is kept in " + System.getProperty("user.home") + "/.zimage");
  }

  @Test
  void aSearchPathForFoldersChangesNothing() throws Exception {
    ProcessBuilder version = command(ROOT.getFileName() + "/zimage", "--version").directory(ROOT.getParent().toFile());
    version.environment().put("CDPATH", ROOT.getParent().toString());

    assertThat(output(version)).startsWith("zimage ");
  }

  private ProcessBuilder command(String... words) {
    ProcessBuilder builder = new ProcessBuilder(List.of(words));
    builder.environment().put("ZIMAGE_HOME", folder.toString());
    return builder;
  }

  private static String output(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return text;
  }
}
