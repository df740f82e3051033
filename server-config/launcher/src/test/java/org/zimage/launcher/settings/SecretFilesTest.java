package org.zimage.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.launcher.error.LauncherException;

class SecretFilesTest {
  @TempDir Path folder;

  @Test
  void aSecretIsReadWithoutTheLineEndThatEditorsAdd() throws Exception {
    Path file = Files.writeString(folder.resolve("key"), "s3cret\n");

    assertThat(SecretFiles.read(Map.of("API_ADMIN_KEY_FILE", file.toString())))
        .containsEntry("API_ADMIN_KEY", "s3cret");
  }

  @Test
  void aByteOrderMarkIsNoPartOfASecret() throws Exception {
    Path file = Files.writeString(folder.resolve("key"), "\uFEFFs3cret\r\n");

    for (String secret : SecretFiles.SECRETS) {
      assertThat(SecretFiles.read(Map.of(secret + "_FILE", file.toString()))).containsEntry(secret, "s3cret");
    }
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> SecretFiles.read(Map.of("DATABASE_URL_FILE", folder + "/nothing")))
        .isInstanceOf(LauncherException.class).hasMessageContaining("DATABASE_URL_FILE=" + folder + "/nothing");
  }

  @Test
  void anEmptyFileIsNotTakenForASettingThatIsLeftOut() throws Exception {
    Path file = Files.writeString(folder.resolve("keys"), "\n");

    assertThatThrownBy(() -> SecretFiles.read(Map.of("API_ALLOWED_KEYS_FILE", file.toString())))
        .isInstanceOf(LauncherException.class).hasMessageContaining("API_ALLOWED_KEYS_FILE=" + file + " is empty");
  }

  @Test
  void aBlankVariableIsNotSet() {
    assertThat(SecretFiles.read(Map.of("ZIMAGE_OUTPUT_DIR", "", "API_ENABLE_AUTH", " ", "ENVIRONMENT", "prod")))
        .isEqualTo(Map.of("ENVIRONMENT", "prod"));
  }

  @Test
  void aFileThatIsNotUtf8IsSaidToBeSo() throws Exception {
    Path file = Files.write(folder.resolve("key"), new byte[] {'k', (byte) 0xe9});

    assertThatThrownBy(() -> SecretFiles.read(Map.of("API_ADMIN_KEY_FILE", file.toString())))
        .isInstanceOf(LauncherException.class).hasMessage("API_ADMIN_KEY_FILE=" + file + " is not UTF-8: save it as UTF-8");
  }

  @Test
  void aSecretGivenTwiceIsRefused() {
    assertThatThrownBy(() -> SecretFiles.read(Map.of("API_ADMIN_KEY_FILE", "/a", "API_ADMIN_KEY", "b")))
        .isInstanceOf(LauncherException.class).hasMessageContaining("API_ADMIN_KEY and API_ADMIN_KEY_FILE");
  }
}
