package org.zimage.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherSettingsTest {
  @Test
  void startsItsOwnServersOnThisMachineWhenNothingIsSet() {
    LauncherSettings settings = LauncherSettings.of(Map.of());

    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.port()).isEqualTo(8000);
    assertThat(settings.home()).isEqualTo(Path.of(System.getProperty("user.home"), ".zimage"));
    assertThat(settings.databaseUrl()).isNull();
  }

  @Test
  void namesTheVariableWhosePortIsNone() {
    assertThatThrownBy(() -> LauncherSettings.of(Map.of("ZIMAGE_PORT", "80000")))
        .hasMessage("ZIMAGE_PORT=80000 is not a port: use a number from 0 (any free port) to 65535");
  }

  @Test
  void namesTheVariableWhoseAddressIsNone() {
    assertThatThrownBy(() -> LauncherSettings.of(Map.of("REDIS_URL", "localhost:6379")))
        .hasMessage("REDIS_URL is not an address: write it like redis://:password@localhost:6379/0 "
            + "(the characters @ / : % of a password as %40 %2F %3A %25)");
  }

  @Test
  void theBrokerIsOpenToThisMachineOnlyWhateverHttpIs() {
    assertThat(LauncherSettings.of(Map.of("ZIMAGE_HOST", "0.0.0.0")).artemisHost()).isEqualTo("127.0.0.1");
  }

  @Test
  void readsTheBrokersAccounts() {
    assertThat(LauncherSettings.of(Map.of("ZIMAGE_ARTEMIS_ACCOUNTS", "shop:s3:cret, press:other")).artemisAccounts())
        .isEqualTo(Map.of("shop", "s3:cret", "press", "other"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"shop", "shop:", ":hush", "shop:hush,", "shop:hush,shop:hush2", "zimage:hush"})
  void saysHowToWriteAccountsWithoutShowingThem(String accounts) {
    assertThatThrownBy(() -> LauncherSettings.of(Map.of("ZIMAGE_ARTEMIS_ACCOUNTS", accounts)))
        .hasMessageStartingWith("ZIMAGE_ARTEMIS_ACCOUNTS is not ").hasMessageNotContaining("hush");
  }

  @Test
  void neverShowsThePasswordOfAnAddress() {
    for (String variable : List.of("DATABASE_URL", "REDIS_URL", "ARTEMIS_URL")) {
      assertThatThrownBy(() -> LauncherSettings.of(Map.of(variable, "nothing://user:hush@no host")))
          .hasMessageStartingWith(variable + " is not ").hasMessageNotContaining("hush");
    }
  }

  @Test
  void modelsAreFoldersAsInPath() {
    LauncherSettings settings = LauncherSettings.of(Map.of("ZIMAGE_MODEL_DIR", "/srv/turbo:/srv/base"));

    assertThat(settings.modelFolders()).containsExactly(Path.of("/srv/turbo"), Path.of("/srv/base"));
    assertThatThrownBy(settings::modelFolder).hasMessage("ZIMAGE_MODEL_DIR names 2 models, and a node has one: start a worker for each "
        + "of them; only 'zimage up' takes several");
    assertThat(LauncherSettings.of(Map.of()).modelFolder()).isNull();
  }

  @Test
  void aFolderWithAColonIsOneFolder(@TempDir Path folder) throws IOException {
    Path odd = Files.createDirectory(folder.resolve("turbo:8"));

    assertThat(LauncherSettings.of(Map.of("ZIMAGE_MODEL_DIR", odd.toString())).modelFolder()).isEqualTo(odd);
  }
}
