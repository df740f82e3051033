package org.zimage.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.zimage.launcher.address.BrokerUrl;
import org.zimage.launcher.address.DatabaseUrl;
import org.zimage.launcher.address.ServerAddress;
import org.zimage.launcher.error.LauncherException;

class BackendsAddressesTest {
  @Test
  void areReadAgainAsTheyWereWritten() {
    Backends backends = new Backends(
        new DatabaseUrl(List.of(new ServerAddress.Host("db_1", 5433), new ServerAddress.Host("[::1]", 5434)), "pictures", "me",
            "a b+c/d@", Map.of("sslmode", "verify-full", "sslrootcert", "/etc/our ca.pem")),
        "redis://:secret@my_cache:6380/1", BrokerUrl.parse(
            "(tcp://you:p%26w@one_broker:61617?sniHost=a%26b,tcp://[::1])?sslEnabled=true&trustStorePath=a+b%26c%20d,e"));

    assertThat(Backends.of(LauncherSettings.of(backends.addresses()))).isEqualTo(backends);
  }

  @Test
  void areAllNeededByANode() {
    LauncherSettings settings = LauncherSettings.of(Map.of("DATABASE_URL", "postgresql://a:b@db/z", "REDIS_URL", "redis://cache"));

    assertThatThrownBy(() -> Backends.of(settings)).isInstanceOf(LauncherException.class).hasMessageStartingWith("ARTEMIS_URL");
  }
}
