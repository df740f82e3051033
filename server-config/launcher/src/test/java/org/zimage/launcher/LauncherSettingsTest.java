package org.zimage.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
        .hasMessageContaining("REDIS_URL=localhost:6379")
        .hasMessageContaining("redis://localhost:6379/0");
  }
}
