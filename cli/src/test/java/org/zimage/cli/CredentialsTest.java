package org.zimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.picture.credentials.KeyStoreRefused;
import org.zimage.picture.credentials.SigningKey;
import picocli.CommandLine;

class CredentialsTest {
  @TempDir
  private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void initMakesAKeyStoreThatCanBeUsedAndSaysThatItIsOnlyForTrying() throws IOException, KeyStoreRefused {
    Path target = folder.resolve("new/credentials");

    assertThat(init(target)).as(err.toString()).isZero();

    SigningKey key = SigningKey.read(target.resolve("pictures.p12"), Files.readString(target.resolve("password")), Clock.systemUTC());
    assertThat(key.chain()).hasSize(2);
    assertThat(Files.readString(target.resolve("authority.pem"))).startsWith("-----BEGIN CERTIFICATE-----\n");
    for (String name : List.of("pictures.p12", "password", "authority.pem")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve(name)))).isEqualTo("rw-------");
    }
    assertThat(out.toString()).startsWith("Only for trying it out: nobody else trusts this authority.")
        .contains("ZIMAGE_C2PA_KEYSTORE=" + target.resolve("pictures.p12"))
        .contains("ZIMAGE_C2PA_KEYSTORE_PASSWORD_FILE=" + target.resolve("password"));
  }

  @Test
  void initOverwritesNothing() throws IOException {
    Files.writeString(folder.resolve("password"), "mine");

    assertThat(init(folder)).isEqualTo(2);

    assertThat(err.toString()).isEqualTo(
        "zimage: " + folder.resolve("password") + " is there already and is not overwritten: name another folder\n");
    assertThat(Files.readString(folder.resolve("password"))).isEqualTo("mine");
    assertThat(folder).isDirectoryNotContaining("glob:**.p12");
  }

  private int init(Path target) {
    CommandLine commandLine = ZImageCommand.commandLine();
    return commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
        .execute("credentials", "init", target.toString());
  }
}
