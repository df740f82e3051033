package org.zimage.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenServerWarningTest {
  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "192.168.1.7", "studio.lan", "::"})
  void whoeverListensToOthersWithoutKeysIsWarned(String host) {
    assertThat(OpenServerWarning.of(Map.of("ZIMAGE_HOST", host))).contains("NO KEYS ARE ASKED FOR", "ZIMAGE_HOST=" + host,
        "API_ENABLE_AUTH=true");
    assertThat(OpenServerWarning.of(Map.of("ZIMAGE_HOST", host, "API_ENABLE_AUTH", "False"))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.1.1", "localhost", "::1"})
  void thisMachineAloneNeedsNoKeys(String host) {
    assertThat(OpenServerWarning.of(Map.of("ZIMAGE_HOST", host))).isEmpty();
  }

  @Test
  void whoAsksForKeysMayListenToAll() {
    assertThat(OpenServerWarning.of(Map.of("ZIMAGE_HOST", "0.0.0.0", "API_ENABLE_AUTH", "true"))).isEmpty();
    assertThat(OpenServerWarning.of(Map.of())).isEmpty();
  }
}
