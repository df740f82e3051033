package org.zimage.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackendsAddressesTest {
  @Test
  void areReadAgainAsTheyWereWritten() {
    Backends backends = new Backends(new DatabaseUrl("db", 5433, "pictures", "me", "a b+c/d@", "verify-full", "/etc/our ca.pem"),
        URI.create("redis://:secret@cache:6380/1"), new BrokerUrl("broker", 61617, "you", "p&w", List.of("sslEnabled=true")));

    assertThat(Backends.of(LauncherSettings.of(backends.addresses()))).isEqualTo(backends);
  }

  @Test
  void areAllNeededByANode() {
    LauncherSettings settings = LauncherSettings.of(Map.of("DATABASE_URL", "postgresql://a:b@db/z", "REDIS_URL", "redis://cache"));

    assertThatThrownBy(() -> Backends.of(settings)).isInstanceOf(LauncherException.class).hasMessageStartingWith("ARTEMIS_URL");
  }
}
