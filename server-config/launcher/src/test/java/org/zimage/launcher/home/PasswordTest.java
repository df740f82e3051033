package org.zimage.launcher.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordTest {
  @TempDir Path folder;

  @Test
  void staysTheSame() throws Exception {
    Path file = folder.resolve("password");

    assertThat(Password.in(file)).isEqualTo(Password.in(file));
  }

  @Test
  void anEmptyFileIsNoPassword() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "\n");

    assertThat(Password.in(file)).hasSize(32).isEqualTo(Password.in(file));
  }
}
