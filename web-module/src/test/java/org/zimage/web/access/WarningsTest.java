package org.zimage.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.zimage.settings.Settings;

class WarningsTest {
  @Test
  void whoeverListensToOthersWithoutKeysIsTold() {
    assertThat(Warnings.of(Settings.read(Map.of("API_ENABLE_AUTH", "false", "ZIMAGE_HOST", "0.0.0.0")))).singleElement().asString()
        .contains("NO KEYS ARE ASKED FOR", "ZIMAGE_HOST=0.0.0.0", "API_ENABLE_AUTH=true");
  }

  @Test
  void whoAcceptsAnyKeyIsTold() {
    assertThat(Warnings.of(Settings.read(Map.of("API_ADMIN_KEY", "a")))).singleElement().asString().startsWith("API_ALLOWED_KEYS");
  }

  @Test
  void othersAreNot() {
    assertThat(Warnings.of(Settings.read(Map.of("API_ENABLE_AUTH", "false")))).isEmpty();
    assertThat(Warnings.of(Settings.read(Map.of("API_ALLOWED_KEYS", "a", "ZIMAGE_HOST", "0.0.0.0")))).isEmpty();
  }
}
