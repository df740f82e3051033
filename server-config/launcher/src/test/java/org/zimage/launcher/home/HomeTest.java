package org.zimage.launcher.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
  @TempDir
  private Path folder;

  @Test
  void isItsOwnersAlone() throws IOException {
    Path root = folder.resolve("home");

    Home.prepare(root);

    assertThat(permissions(root)).isEqualTo("rwx------");
  }

  @Test
  void takesAwayFromOthersWhatAnOlderVersionLeftOpen() throws IOException {
    Path root = Files.createDirectories(folder.resolve("home"));
    Path journal = Files.writeString(Files.createDirectories(root.resolve("artemis/journal")).resolve("activemq-data-1.amq"), "a key");
    Path program = Files.writeString(Files.createDirectories(root.resolve("redis/server")).resolve("redis-server"), "a program");
    Path weights = Files.writeString(folder.resolve("weights"), "a checkpoint's");
    Files.createLink(root.resolve("weights"), weights);
    Files.createSymbolicLink(root.resolve("models"), Files.createDirectories(folder.resolve("models")));
    set(root, "rwxr-xr-x");
    set(journal.getParent(), "rwxrwxrwx");
    set(journal, "rw----rw-");
    set(program, "rwxr-xr-x");
    set(folder.resolve("models"), "rwxr-xr-x");
    set(weights, "rw-r--r--");

    Home.prepare(root);

    assertThat(permissions(root)).isEqualTo("rwx------");
    assertThat(permissions(journal.getParent())).isEqualTo("rwx------");
    assertThat(permissions(journal)).isEqualTo("rw-------");
    assertThat(permissions(program)).isEqualTo("rwx------");
    assertThat(permissions(weights)).as("a file that lies elsewhere, too").isEqualTo("rw-r--r--");
    assertThat(permissions(folder.resolve("models"))).as("what a link leads to").isEqualTo("rwxr-xr-x");
  }

  private static void set(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
